package complainthttp_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"testing"

	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/web/webtest"
)

// A complainant sends a photograph with the form and another by the code; the supervisor opens both; the unit sees only what it sent itself.
func TestFilesOnPages(t *testing.T) {
	h := newHall(t)
	public, j, z := h.site.As(""), h.site.As("J"), h.site.As("Z")
	picture := func(name string) []webtest.File {
		return []webtest.File{{Field: "files", Name: name, Content: []byte("\x89PNG\r\n\x1a\n" + name)}}
	}
	public.Get("/matters/complaint").Want(200).Has("照片和材料", `enctype="multipart/form-data"`)
	program := []webtest.File{{Field: "files", Name: "x.png", Content: []byte("#!/bin/sh\n")}}
	said := []string{"content", "昨天窗口把我的材料扔了回来", "about", "2 号窗口", "phone", complainttest.Phone, "key", "k1"}
	public.Upload("/matters/complaint", program, said...).Want(422).Has("“x.png”：不能上传这种类型的附件", "昨天窗口把我的材料扔了回来")
	got := public.Upload("/matters/complaint", picture("回执.png"), said...).Want(200).Has("T20250901-0001")
	code := regexp.MustCompile(`receipt-code">([0-9A-Z]{10})<`).FindStringSubmatch(page(got))
	if code == nil {
		t.Fatal(page(got))
	}
	public.Get("/matters/files").Want(200).Has("补充照片和材料")
	public.Upload("/matters/files", picture("现场.png"), "code", code[1], "tail", "0000", "key", "k2").Want(422).Has(complaint.ErrQuery.Public)
	public.Upload("/matters/files", picture("现场.png"), "code", code[1], "tail", "5678", "key", "k2").Goes("/matters/track")
	at := "/complaints/T20250901-0001"
	sheet := page(j.Get(at).Want(200).Has("回执.png", "现场.png", "补充附件"))
	link := regexp.MustCompile(`href="(` + at + `/files/[0-9a-z]+)"`).FindStringSubmatch(sheet)
	if link == nil {
		t.Fatal(sheet)
	}
	j.Get(link[1]).Want(200)
	j.Post(at + "/accept").Goes(at)
	j.Post(at+"/identify", "user_id", h.Clerk(t).ID).Goes(at)
	z.Get(at).Want(200).Lacks("回执.png", "现场.png")
	z.Get(link[1]).Want(404)
	z.Upload(at+"/files", picture("值班表.png")).Goes(at)
	z.Get(at).Want(200).Has("值班表.png", "单位提供")
	z.Upload(at+"/files", nil).Want(422).Has("请选择要上传的文件")
	h.site.As("W").Get(link[1]).Want(403)
	j.Call("GET", at+"/files/none", "").Want(404)
}

// Who does not know the code and the number, or says nothing, has no file written to the folder.
func TestNothingIsSavedForStrangers(t *testing.T) {
	h := newHall(t)
	got := h.Register(t, h.Complained())
	public := h.site.As("")
	picture := []webtest.File{{Field: "files", Name: "现场.png", Content: []byte("\x89PNG\r\n\x1a\nx")}}
	public.Upload("/matters/files", picture, "code", got.QueryCode, "tail", "0000", "key", "k1").Want(422).Has(complaint.ErrQuery.Public)
	public.Upload("/matters/files", picture, "code", "0123456789", "tail", "5678", "key", "k2").Want(422).Has(complaint.ErrQuery.Public)
	public.Upload("/matters/complaint", picture, "content", "短", "key", "k3").Want(422).Has("请写明发生了什么")
	if n := saved(t, h.files); n != 0 {
		t.Errorf("%d files were saved", n)
	}
	public.Upload("/matters/files", picture, "code", got.QueryCode, "tail", "5678", "key", "k4").Goes("/matters/track")
	if n := saved(t, h.files); n != 1 {
		t.Errorf("%d files were saved of the complainant's one", n)
	}
}

// saved counts the files below a folder.
func saved(t *testing.T, folder string) (n int) {
	t.Helper()
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
