// Package pkcs8 opens private keys in PEM format that are encrypted with a password, which crypto/tls does not.
//
// It reads what OpenSSL writes: encrypted PKCS #8 ("BEGIN ENCRYPTED PRIVATE KEY") with PBES2, PBKDF2 and AES in CBC mode, and the older form of an
// encrypted PEM block ("DEK-Info:"). It imports nothing of this module, and package neorx alone imports it.
package pkcs8
