package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"yichuang/internal/document/table"
	"yichuang/internal/errs"
)

func open(t testing.TB, content string, opt table.Options) (*table.Reader, error) {
	t.Helper()
	return table.Open("名单.csv", strings.NewReader(content), int64(len(content)), opt)
}

// read gives the head and the rows as one text: "3:a|b" for line 3.
func read(t testing.TB, content string) string {
	t.Helper()
	r, err := open(t, content, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{strings.Join(r.Columns(), "|")}
	for _, row := range rows {
		out = append(out, fmt.Sprint(row.Line, ":", strings.Join(row.Cells, "|")))
	}
	return strings.Join(out, "\n")
}

func gbk(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16(t testing.TB, order unicode.Endianness, s string) string {
	t.Helper()
	out, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEncodings(t *testing.T) {
	const content = "姓名,电话\r\n张三,13812345678\r\n李𠮷,\r\n"
	const want = "姓名|电话\n2:张三|13812345678\n3:李𠮷|"
	for name, c := range map[string]string{
		"UTF-8":              content,
		"UTF-8 with mark":    "\ufeff" + content,
		"GB 18030":           gbk(t, content),
		"UTF-16LE":           utf16(t, unicode.LittleEndian, content),
		"UTF-16BE":           utf16(t, unicode.BigEndian, content),
		"old line ends":      strings.ReplaceAll(content, "\r\n", "\n"),
		"tabs":               strings.ReplaceAll(content, ",", "\t"),
		"semicolons":         strings.ReplaceAll(content, ",", ";"),
		"everything quoted":  "\"姓名\",\"电话\"\n\"张三\",\"13812345678\"\n\"李𠮷\",\"\"",
		"blank lines, wider": "\n姓名,电话,,\n张三, 13812345678　,,\n李𠮷\n,,,\n\n",
	} {
		got := read(t, c)
		if name == "blank lines, wider" {
			got = strings.NewReplacer("3:张三", "2:张三", "4:李𠮷", "3:李𠮷").Replace(got)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestChineseFarDownAnAsciiFile(t *testing.T) {
	content := "id,name\n" + strings.Repeat("1,x\n", 50000)
	if got := read(t, content+gbk(t, "2,张三\n")); !strings.HasSuffix(got, "50002:2|张三") {
		t.Errorf("GBK: %q", got[len(got)-40:])
	}
	if got := read(t, content+"2,张三\n"); !strings.HasSuffix(got, "50002:2|张三") {
		t.Errorf("UTF-8: %q", got[len(got)-40:])
	}
}

func TestQuotedCells(t *testing.T) {
	got := read(t, "标题,内容\n\"路灯,不亮\",\"第一行\r\n第二行 \"\"引号\"\"\"\n下一条,x\n")
	if want := "标题|内容\n2:路灯,不亮|第一行\n第二行 \"引号\"\n4:下一条|x"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestHead(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"below a title and a note": {"12345 工单明细\n导出时间：2026-05-08,,\n编号,标题,电话\n1,路灯,\n", "编号|标题|电话\n4:1|路灯|"},
		"one column":               {"单位名称\n住建局\n", "单位名称\n2:住建局"},
		"marks and blanks":         {"*姓 名,手机＊,\"备\n注\"\na,b,c\n", "姓名|手机|备注\n3:a|b|c"},
		"nameless columns":         {"姓名,,电话\n张三,男,1\n", "姓名|B列|电话\n2:张三|男|1"},
		"only a head":              {"姓名,电话\n", "姓名|电话"},
	} {
		if got := read(t, c.content); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	r, err := open(t, "甲,乙\n姓名,电话\n张三,1\n", table.Options{Expect: []string{"电 话", "地址"}})
	if err != nil || strings.Join(r.Columns(), "|") != "姓名|电话" {
		t.Errorf("expected names: %v, %v", r.Columns(), err)
	}
}

func TestJSONL(t *testing.T) {
	got := read(t, "\ufeff{\"编号\":\"1\",\"金额\":12345678901234567890.10,\"紧急\":true}\n\n{\"标题\":\"路灯\\n不亮\",\"编号\":2,\"空\":null,\"列表\":[1, \"a\"]}\n")
	want := "编号|金额|紧急|标题|空|列表\n1:1|12345678901234567890.10|true\n3:2|||路灯\n不亮||[1, \"a\"]"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestValues(t *testing.T) {
	r, err := open(t, "姓名,电话\n张三,\n", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	row, err := r.Next()
	if v := row.Values(); err != nil || len(v) != 2 || v["姓名"] != "张三" || v["电话"] != "" {
		t.Errorf("%v, %v", v, err)
	}
	for range 2 {
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("after the last row: %v", err)
		}
	}
}

func TestErrorsNameLineAndColumn(t *testing.T) {
	small := table.Limits{Size: 2000, Rows: 3, Columns: 4, Cell: 10}
	for name, c := range map[string]struct {
		content string
		want    *errs.Error
		says    []string
	}{
		"empty":            {"", table.ErrEmpty, []string{"名单.csv", "是空的"}},
		"only blanks":      {"\n ,\n\n", table.ErrEmpty, []string{"没有数据"}},
		"too large":        {strings.Repeat("x", 2001), table.ErrLimit, []string{"MB"}},
		"too many rows":    {"a\n1\n2\n3\n4\n", table.ErrLimit, []string{"3 行", "第 5 行"}},
		"too many columns": {"a,b,c,d,e\n", table.ErrLimit, []string{"4 列"}},
		"same names":       {"姓名,电话,姓名\na,b,c\n", table.ErrHeader, []string{"第 3 列与第 1 列", "姓名"}},
		"shifted row":      {"姓名,电话\na,b,c\n", table.ErrRow, []string{"第 2 行第 3 列", "2 列"}},
		"long cell":        {"姓名,电话\na," + strings.Repeat("长", 11) + "\n", table.ErrRow, []string{"第 2 行第 2 列（电话）", "10 个字"}},
		"damaged cell":     {"姓名,电话\n" + strings.Repeat("张三丰,1\n", 2) + "李\xff四,2\n", table.ErrRow, []string{"第 4 行第 1 列（姓名）", "无法识别"}},
		"open quote":       {"姓名,电话\n张三,\"1\n李四,2\n", table.ErrFormat, []string{"第 2 行", "引号"}},
		"quote in a cell":  {"姓名,电话\n张\"三,1\n", table.ErrFormat, []string{"第 2 行", "引号"}},
		"JSON array":       {"[\n {\"a\":1}]", table.ErrFormat, []string{"JSONL"}},
		"broken JSON":      {"{\"a\":1}\n{\"a\":\n", table.ErrFormat, []string{"第 2 行"}},
		"two objects":      {"{\"a\":1}{\"a\":2}", table.ErrFormat, []string{"第 1 行"}},
		"a page":           {"<!DOCTYPE html><table>", table.ErrFormat, []string{"不是表格"}},
		"old spreadsheet":  {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ...", table.ErrFormat, []string{"另存为 xlsx"}},
		"broken zip":       {"PK\x03\x04 ...", table.ErrFormat, []string{"xlsx"}},
	} {
		r, err := open(t, c.content, table.Options{Limits: small})
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want.Code)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(errs.As(err).Public, s) {
				t.Errorf("%s: %q does not say %q", name, errs.As(err).Public, s)
			}
		}
	}
}

func TestAWrongRowDoesNotEndTheReading(t *testing.T) {
	r, err := open(t, "姓名,电话\na,b,错位\n张三,1\n", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, table.ErrRow) {
		t.Fatal(err)
	}
	if row, err := r.Next(); err != nil || !slices.Equal(row.Cells, []string{"张三", "1"}) {
		t.Fatalf("%v, %v", row, err)
	}
}

func TestALineWithoutEnd(t *testing.T) {
	content := "a,b\n" + strings.Repeat(",", 3<<20)
	_, err := open(t, content, table.Options{})
	if !errors.Is(err, table.ErrLimit) {
		t.Fatal(err)
	}
}

func TestOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "名单.csv")
	if err := os.WriteFile(path, []byte("姓名\n张三\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := table.OpenFile(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 1 || r.Close() != nil {
		t.Fatalf("%v, %v", rows, err)
	}
	if _, err := table.OpenFile(path+".no", table.Options{}); !errors.Is(err, table.ErrFormat) {
		t.Fatal(err)
	}
}

func fuzz(t *testing.T, b []byte) {
	limits := table.Limits{Size: 1 << 20, Unzipped: 4 << 20, Rows: 1000, Columns: 50, Cell: 1000}
	r, err := table.Open("x", bytes.NewReader(b), int64(len(b)), table.Options{Limits: limits})
	for n := 0; err == nil || errors.Is(err, table.ErrRow); n++ {
		if n > 2000 {
			t.Fatal("reading does not end")
		}
		var row table.Row
		if row, err = r.Next(); err == nil {
			if len(row.Cells) != len(row.Columns) || row.Line < 1 {
				t.Fatalf("%+v", row)
			}
			row.Values()
		}
	}
	if public := errs.As(err).Public; !errors.Is(err, io.EOF) && (public == "" || errs.CodeOf(err) == "internal") {
		t.Fatalf("an error without a text: %v", err)
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("姓名,电话\n\"张\n三\",1\n"))
	f.Add([]byte("\ufeffa\tb\n1\t2"))
	f.Add([]byte(gbk(f, "姓名,电话\n张三,1")))
	f.Add([]byte(utf16(f, unicode.LittleEndian, "a,b\n1,2")))
	f.Add([]byte("{\"a\":1}\n{\"b\":[{}]}"))
	f.Fuzz(fuzz)
}

func TestNeedNamesWhatIsLackingAndWhatIsThere(t *testing.T) {
	open := func(text string) *table.Reader {
		r, err := table.Open("a.csv", strings.NewReader(text), int64(len(text)), table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if err := open("日期,姓名\n1,2\n").Need("日期", "值班领导|姓名"); err != nil {
		t.Error(err)
	}
	err := open("甲,乙\n1,2\n").Need("日期", "值班领导|姓名", "乙")
	if said := errs.As(err).Public; !errors.Is(err, table.ErrHeader) || said != "表头里没有“日期”、“值班领导”，没有读取。文件的列是：甲、乙。请按模板改好表头后再试。" {
		t.Errorf("%v", said)
	}
}
