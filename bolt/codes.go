package bolt

// Codes of failures that programs ask for, for [ServerError.HasCode]. The Neo4j status codes
// reference lists all of them.
const (
	CodeConstraintViolation = "Neo.ClientError.Schema.ConstraintValidationFailed"
	CodeSyntaxError         = "Neo.ClientError.Statement.SyntaxError"
	CodeParameterMissing    = "Neo.ClientError.Statement.ParameterMissing"
	CodeTypeError           = "Neo.ClientError.Statement.TypeError"
	CodeArithmeticError     = "Neo.ClientError.Statement.ArithmeticError"
	CodeEntityNotFound      = "Neo.ClientError.Statement.EntityNotFound"
	CodeUnauthorized        = "Neo.ClientError.Security.Unauthorized"
	CodeForbidden           = "Neo.ClientError.Security.Forbidden"
	CodeCredentialsExpired  = "Neo.ClientError.Security.CredentialsExpired"
	CodeDatabaseNotFound    = "Neo.ClientError.Database.DatabaseNotFound"
	CodeDeadlock            = "Neo.TransientError.Transaction.DeadlockDetected"
	CodeLockTimeout         = "Neo.TransientError.Transaction.LockAcquisitionTimeout"
	CodeTransactionTimeout  = "Neo.ClientError.Transaction.TransactionTimedOut"
	CodeTerminated          = "Neo.ClientError.Transaction.Terminated"
	CodeOutOfMemory         = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
	CodeDatabaseUnavailable = "Neo.TransientError.General.DatabaseUnavailable"
)
