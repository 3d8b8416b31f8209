// Package crypt protects personal data (个人信息) in the database with the national algorithms: SM4-GCM (GB/T 32907)
// for fields that must be read again, a keyed blind index of HMAC-SM3 (GB/T 32905) beside those that must be found, and
// masks for those that are only shown. It serves the duties of 个人信息保护法 art. 51(3) and 数据安全法 art. 27.
//
// All keys are in one key file (密钥文件) that is made at the first start and never enters the database or its backup.
// Without the file the encrypted columns cannot be read by anyone; so a database remembers a check value of its keys,
// and the program refuses to start with a missing, foreign or outdated file rather than make a second set of keys.
//
// A sealed value is: format (1 byte) | key number (1) | nonce (12) | ciphertext | tag (16). The empty string stays
// empty, so that "not given" can be told without a key. The length of the text can be seen; its content cannot, and two
// seals of one text differ. Keys are rotated with Keyring.Rotate: new values take the new key, old ones stay readable.
// The blind index key is not rotated, because every index value would have to be computed again.
package crypt

import "embed"

// Migrations is the schema of this package: the check value of the keys.
//
//go:embed migrations/*.sql
var Migrations embed.FS
