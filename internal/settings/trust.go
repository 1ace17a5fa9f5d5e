package settings

// Trust says which certificates of servers are accepted.
type Trust struct {
	Kind  TrustKind
	Files []string // of TrustCustomCAs
}

// TrustKind is where the trust comes from.
type TrustKind uint8

// The kinds of trust; the zero value is TrustSystemCAs.
const (
	TrustSystemCAs TrustKind = iota
	TrustCustomCAs
	TrustAll
)

// String returns the name of the driver's function that makes it.
func (t Trust) String() string {
	return [...]string{"TrustSystemCAs", "TrustCustomCAs", "TrustAllCertificates"}[t.Kind]
}
