package hotlinehttp

import (
	"fmt"
	"strings"

	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// uploadBody is the largest request with files. It lies above the limit of package hotline, so that somebody who is a
// little over it is told so beside the field and keeps what was typed.
const uploadBody = 64 << 20

// filesField is the name of the field of files in every form.
const filesField = "files"

// uploads saves the files of a form for a centre. What is wrong with one is noted at the field; no file is saved while
// something else in the form is wrong, since a browser does not send the same choice again.
func (d Deps) uploads(c *web.Ctx, f *web.Form) []blob.Upload {
	chosen := f.Files(filesField)
	if len(chosen) == 0 {
		return nil
	}
	sizes := make([]int64, len(chosen))
	for i, u := range chosen {
		sizes[i] = u.Size
	}
	f.Take(hotline.CheckAttachments(sizes))
	if !f.OK() {
		chooseAgain(f)
		return nil
	}
	var out []blob.Upload
	for _, u := range chosen {
		up, err := d.saveUpload(c.Actor().CentreID, u)
		if err != nil {
			c.Note(err)
			f.Fail(filesField, "“%s”：%s", u.Name, errs.As(err).Public)
			continue
		}
		out = append(out, up)
	}
	if !f.OK() {
		chooseAgain(f)
	}
	return out
}

func (d Deps) saveUpload(centre string, u *web.Upload) (blob.Upload, error) {
	r, err := u.Open()
	if err != nil {
		return blob.Upload{}, err
	}
	defer r.Close()
	return d.Blobs.Save(centre, r, u.Name)
}

// chooseAgain says that a browser forgets the chosen files when a form comes back.
func chooseAgain(f *web.Form) {
	if len(f.Files(filesField)) > 0 && f.ErrorOf(filesField) == "" {
		f.Fail(filesField, "附件还没有上传，请重新选择。")
	}
}

// requiredFiles is the choice of files in a form that is about nothing else.
func requiredFiles(f *web.Form) web.Field {
	field := attachmentField(f, "文件", "")
	field.Optional = false
	return field
}

// attachmentField is the choice of files in a form.
func attachmentField(f *web.Form, label, hint string) web.Field {
	return web.Field{Form: f, Name: filesField, Label: label, Hint: hint + attachmentHint(), Optional: true, Multiple: true, Accept: acceptedFiles()}
}

func attachmentHint() string {
	return fmt.Sprintf("可以是照片（JPG、PNG）、PDF、文字文档、表格、录音、短视频。最多 %d 个，每个不超过 %d MB，合计不超过 %d MB。",
		hotline.MaxAttachments, blob.DefaultMaxSize>>20, hotline.MaxAttachmentsBytes>>20)
}

// acceptedFiles lists what a browser offers: endings, and the types of pictures, at which telephones offer their camera.
func acceptedFiles() string {
	var out []string
	for _, f := range blob.Formats() {
		if strings.HasPrefix(f.MediaType, "image/") {
			out = append(out, f.MediaType)
		}
		out = append(out, f.Ext)
	}
	return strings.Join(out, ",")
}

// download sends an attachment of a ticket: shown in the browser where that is safe, else to keep.
func (s desks) download(c *web.Ctx) error {
	b, err := s.Hotline.OpenAttachment(c.Context(), c.Param("no"), c.Param("id"))
	if err != nil {
		return err
	}
	return s.Blobs.Serve(c.Writer, c.Request, b)
}

func attachmentPath(no, id string) string { return ticketPath(no, "attachments", id) }

// thumbnail reports whether the record shows the picture itself. Pictures of confidential tickets are opened one by one,
// because each opening is a line of the audit log.
func (v *recordView) thumbnail(f *hotline.Attachment) bool {
	return isPicture(f) && v.Confidential == hotline.NotConfidential
}

// isPicture reports whether a browser opens the file in a tab. Everything else is downloaded: browsers refuse to show
// papers and films in the sandbox that attachments are served in.
func isPicture(f *hotline.Attachment) bool { return strings.HasPrefix(f.MediaType, "image/") }

// fileNames lists the attachments for paper.
func (v *recordView) fileNames() string {
	var out []string
	for i := range v.Attachments {
		f := &v.Attachments[i]
		out = append(out, f.Name+"（"+f.Kind.Label()+"，"+fileSize(f.Size)+"）")
	}
	return strings.Join(out, "；")
}

func fileSize(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d 字节", n)
}

// attachmentKinds are the kinds that the reader may add.
func (v *recordView) attachmentKinds() []web.Option {
	var out []web.Option
	for _, k := range hotline.AttachmentKinds {
		if k == hotline.Evidence && v.leg == nil || k != hotline.Evidence && v.ofUnit {
			continue
		}
		out = append(out, web.Option{Value: string(k), Label: k.Label()})
	}
	return out
}
