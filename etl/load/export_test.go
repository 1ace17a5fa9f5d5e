package load

// The statements of ExactlyOnce, for the graph of the tests.
const (
	MakeConstraint = makeConstraint
	OpenJob        = openJob
	OpenLanes      = openLanes
	ClaimLanes     = claimLanes
	MarkLow        = markLow
	ReadJob        = readJob
	ForgetJob      = forgetJob
)
