package pkcs8

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"hash"
)

// The structures of RFC 5958 and RFC 8018.
type (
	encryptedKeyInfo struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2Params struct {
		KDF, Cipher pkix.AlgorithmIdentifier
	}
	pbkdf2Params struct {
		Salt       []byte
		Iterations int
		KeyBytes   int                      `asn1:"optional"`
		Hash       pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
)

// hashes are the pseudo-random functions of PBKDF2 by their identifiers: HMAC with one of these.
var hashes = map[string]func() hash.Hash{
	"":                    sha1.New, // the default, which is left out
	"1.2.840.113549.2.7":  sha1.New,
	"1.2.840.113549.2.8":  sha256.New224,
	"1.2.840.113549.2.9":  sha256.New,
	"1.2.840.113549.2.10": sha512.New384,
	"1.2.840.113549.2.11": sha512.New,
}

// keyBytes are the lengths of the keys of AES in CBC mode.
var keyBytes = map[string]int{
	"2.16.840.1.101.3.4.1.2":  16,
	"2.16.840.1.101.3.4.1.22": 24,
	"2.16.840.1.101.3.4.1.42": 32,
}

// maxIterations is a thousand times what OpenSSL uses, and takes about a second: a broken file must not stop a program for a day.
const maxIterations = 2_048_000

// decrypt opens an EncryptedPrivateKeyInfo. What it returns is a key: with a wrong password nothing else comes out but by a rare chance.
func decrypt(der []byte, password string) ([]byte, error) {
	var info encryptedKeyInfo
	if err := unmarshal(der, &info); err != nil {
		return nil, err
	}
	if !info.Algorithm.Algorithm.Equal(oidPBES2) {
		return nil, ErrUnsupported
	}
	var params pbes2Params
	if err := unmarshal(info.Algorithm.Parameters.FullBytes, &params); err != nil {
		return nil, err
	}
	size, known := keyBytes[params.Cipher.Algorithm.String()]
	if !known {
		return nil, ErrUnsupported
	}
	key, err := derive(params.KDF, password, size)
	if err != nil {
		return nil, err
	}
	var iv []byte
	if err := unmarshal(params.Cipher.Parameters.FullBytes, &iv); err != nil {
		return nil, err
	}
	return decryptCBC(key, iv, info.Data)
}

// derive makes a key of the password.
func derive(kdf pkix.AlgorithmIdentifier, password string, size int) ([]byte, error) {
	if !kdf.Algorithm.Equal(oidPBKDF2) {
		return nil, ErrUnsupported
	}
	var params pbkdf2Params
	if err := unmarshal(kdf.Parameters.FullBytes, &params); err != nil {
		return nil, err
	}
	newHash, known := hashes[params.Hash.Algorithm.String()]
	if !known {
		return nil, ErrUnsupported
	}
	if params.Iterations < 1 || params.Iterations > maxIterations || params.KeyBytes != 0 && params.KeyBytes != size {
		return nil, fmt.Errorf("the key is malformed: %d iterations for %d bytes", params.Iterations, params.KeyBytes)
	}
	return pbkdf2.Key(newHash, password, params.Salt, params.Iterations, size)
}

func decryptCBC(key, iv, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	if len(iv) != aes.BlockSize || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, fmt.Errorf("the key is malformed: %d bytes, with an initial vector of %d", len(data), len(iv))
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > aes.BlockSize || !bytes.HasSuffix(plain, bytes.Repeat([]byte{byte(padding)}, padding)) {
		return nil, ErrPassword
	}
	plain = plain[:len(plain)-padding]
	if _, err := x509.ParsePKCS8PrivateKey(plain); err != nil {
		return nil, ErrPassword // the padding was right by chance
	}
	return plain, nil
}

func unmarshal(der []byte, to any) error {
	rest, err := asn1.Unmarshal(der, to)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%d bytes behind its end", len(rest))
	}
	if err != nil {
		return fmt.Errorf("the key is malformed: %w", err)
	}
	return nil
}
