package hotlinehttp_test

import (
	"testing"

	"yichuang/internal/org"
	"yichuang/internal/web/webtest"
)

// TestFilesThatAreNotTheListAreRefused uploads what people upload by mistake. Each is told where and what to do, and the
// page says nothing of a result.
func TestFilesThatAreNotTheListAreRefused(t *testing.T) {
	w := newTown(t)
	type form struct {
		role, path string
		title      string // a page that names what an import would have changed
		lacks      string
	}
	forms := []form{
		{org.RoleDispatcher, "/hotline/rules/import/preview", "/hotline/rules", "“事项分类代码”、“承办单位”"},
		{org.RoleDispatcher, "/hotline/categories/preview", "/hotline/categories", "“分类代码”、“分类名称”"},
		{org.RoleAdmin, "/hotline/duty/import", "/hotline/duty", "“日期”、“值班领导”"},
	}
	files := []struct{ name, file, content, says string }{
		{"other columns", "a.csv", "甲,乙\n1,2\n", "文件的列是：甲、乙"},
		{"other columns in UTF-16", "a.csv", "\xff\xfe2u,\x00\x59N\n\x001\x00,\x002\x00\n\x00", "没有读取"},
		{"nothing", "a.csv", "", "请选择文件"},
		{"a head alone", "a.csv", "甲,乙\n", "文件的列是：甲、乙"},
		{"no text", "a.csv", "caf\xe9,na\xefve\n\x81\x8d,\xff\xfe\n", "编码"},
		{"a PDF", "a.xlsx", "%PDF-1.7 abc", "不是表格"},
		{"half a JSON line", "a.jsonl", "{\"x\":1}\n{bad", "没有读取"},
	}
	for _, f := range forms {
		desk := w.browse(f.role)
		before := desk.Get(f.title).Want(200).Body.Len()
		for _, x := range files {
			r := desk.Upload(f.path, []webtest.File{{Field: "file", Name: x.file, Content: []byte(x.content)}})
			if r.Code != 422 {
				t.Errorf("%s, %s: status %d", f.path, x.name, r.Code)
			}
			r.Has(x.says)
			if x.name == "other columns" {
				r.Has("表头里没有"+f.lacks, "没有读取")
			}
		}
		if after := desk.Get(f.title).Want(200).Body.Len(); after != before {
			t.Errorf("%s changed", f.title)
		}
	}
	desk := w.browse(org.RoleDispatcher)
	desk.Upload("/hotline/rules/import/preview", []webtest.File{{Field: "file", Name: "a.csv", Content: []byte("事项分类代码,区域,承办单位,生效日期\n")}}).Want(422).Has("只有表头，没有数据行")
	w.browse(org.RoleAdmin).Upload("/hotline/duty/import", []webtest.File{{Field: "file", Name: "a.csv", Content: []byte("日期,值班领导\n,马志远\n")}}).Want(422).Has("没有写日期，请写成 2026-05-14")
}
