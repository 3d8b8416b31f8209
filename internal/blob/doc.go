// Package blob keeps attachments (附件): scans, photographs, documents and call recordings. The content is a file named
// by its SHA-256 under a folder of its centre, written beside, made durable and renamed, so that a file with that name
// is always whole; the database has a row per attachment. Nothing is trusted that the sender says of a file: its type is
// told from its content, its name is cleaned, and the ending follows the content.
//
// An upload has two steps, because files are no work for a transaction: Store.Save writes the file, then Attach inserts
// the row in the use case's transaction. A file whose transaction failed stays without a row; Store.Garbage lists such
// files once they are old enough that no upload can still be between the two steps.
package blob

import (
	"embed"

	"yichuang/internal/errs"
)

// Migrations is the schema of this package.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Refusals and faults.
var (
	ErrTooLarge = errs.New(errs.TooLarge, "blob.too_large", "附件太大，没有上传。请压缩或拆分后再传。")
	ErrType     = errs.New(errs.Invalid, "blob.type", "不能上传这种类型的附件。")
	ErrEmpty    = errs.New(errs.Invalid, "blob.empty", "附件是空的，没有上传。请检查文件后再传。")
	ErrNotFound = errs.New(errs.NotFound, "blob.not_found", "没有找到这个附件，可能已被删除或您无权查看。")
	ErrMissing  = errs.New(errs.Unavailable, "blob.missing", "附件的文件不在附件文件夹里或已损坏，无法打开。请管理员从备份恢复附件文件夹。")
	ErrFull     = errs.New(errs.Unavailable, "blob.full", "磁盘空间已满，附件没有保存。请管理员清理磁盘后再传。")
	ErrReadOnly = errs.New(errs.Unavailable, "blob.readonly", "附件文件夹是只读的，附件没有保存。请管理员检查文件夹权限。")
)
