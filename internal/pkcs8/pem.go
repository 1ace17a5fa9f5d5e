package pkcs8

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
)

var (
	// ErrNoPassword says that a key is encrypted, and that no password was given.
	ErrNoPassword = errors.New("the key is encrypted, and there is no password for it")
	// ErrPassword says that the password does not open the key.
	ErrPassword = errors.New("the password does not open the key")
	// ErrUnsupported says that the key is encrypted in a way that is not known here.
	ErrUnsupported = errors.New("the key is encrypted with something else than PBES2, PBKDF2 and AES; openssl pkcs8 -topk8 -v2 aes-256-cbc changes that")
)

const encryptedKey = "ENCRYPTED PRIVATE KEY"

// Open returns the PEM text with its encrypted keys opened; what is not encrypted, certificates included, stays as it is.
func Open(text []byte, password string) ([]byte, error) {
	var opened []byte
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return opened, nil
		}
		block, err := open(block, password)
		if err != nil {
			return nil, err
		}
		opened = append(opened, pem.EncodeToMemory(block)...)
	}
}

func open(block *pem.Block, password string) (*pem.Block, error) {
	// Keys in this form exist, and reading one's own from a file is not what the form is unsafe for.
	older := x509.IsEncryptedPEMBlock(block) //nolint:staticcheck // SA1019, see above
	switch {
	case !older && block.Type != encryptedKey:
		return block, nil
	case password == "":
		return nil, ErrNoPassword
	case older:
		return openOlder(block, password)
	}
	der, err := decrypt(block.Bytes, password)
	if err != nil {
		return nil, err
	}
	return &pem.Block{Type: "PRIVATE KEY", Bytes: der}, nil
}

// openOlder opens a block that says in its headers how it is encrypted.
func openOlder(block *pem.Block, password string) (*pem.Block, error) {
	der, err := x509.DecryptPEMBlock(block, []byte(password)) //nolint:staticcheck // as in open
	if errors.Is(err, x509.IncorrectPasswordError) {
		return nil, ErrPassword
	}
	if err != nil {
		return nil, err
	}
	return &pem.Block{Type: block.Type, Bytes: der}, nil
}
