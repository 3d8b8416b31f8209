package reader_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"

	"yichuang/internal/finance/check/checktest"
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/reader"
	"yichuang/internal/money"
)

var plainLayout = checktest.Layout{RowNumbers: true, Unit: money.WanYuan, BlankZero: true}

// A small archive that unfolds to hundreds of megabytes is refused before it is unfolded.
func TestAnArchiveThatUnfoldsIsRefused(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	for range 300 {
		if _, err := w.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = reader.Bytes(t.Context(), b.Bytes(), reader.Options{})
	runtime.ReadMemStats(&after)
	if !errors.Is(err, reader.ErrTooLarge) || after.TotalAlloc-before.TotalAlloc > 8<<20 {
		t.Errorf("%v, %d bytes allocated", err, after.TotalAlloc-before.TotalAlloc)
	}
}

// A file that ends in the middle is broken; it is never half a document.
func TestCutFilesAreRefused(t *testing.T) {
	l := checktest.NewLedger(8)
	word, err := checktest.Word(l, plainLayout)
	if err != nil {
		t.Fatal(err)
	}
	book, err := checktest.Numbers(l, plainLayout)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"word": word, "spreadsheet": book} {
		for _, part := range []int{2, 3, 10} {
			if _, err := reader.Bytes(t.Context(), b[:len(b)-len(b)/part], reader.Options{}); !errors.Is(err, reader.ErrBroken) {
				t.Errorf("%s without a %d. part: %v", name, part, err)
			}
		}
	}
}

// A budget, a letter and a list of laws are no final accounts.
func TestOtherDocumentsAreNotTakenForAccounts(t *testing.T) {
	accounts := checktest.Text(checktest.NewLedger(9), plainLayout, false, false, false)
	for name, c := range map[string]struct {
		text string
		kind disclosed.Kind
	}{
		"budget": {strings.ReplaceAll(accounts, "决算", "预算"), disclosed.Budget},
		"letter": {strings.Repeat("关于召开座谈会的通知，请各单位于5月8日前报名，联系电话0930-6212345。\n", 20), disclosed.Unknown},
		"law":    {strings.Repeat("第十四条 经本级人民代表大会批准的预算，应当在批准后二十日内由本级政府财政部门向社会公开。\n", 20), disclosed.Unknown},
	} {
		d, err := reader.Bytes(t.Context(), []byte(c.text), reader.Options{})
		if err != nil || d.Kind != c.kind {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
}

// The organisation is found wherever a document names it.
func TestTheNameAboveTheYear(t *testing.T) {
	accounts := checktest.Text(checktest.NewLedger(9), plainLayout, false, false, false)
	body := accounts[strings.Index(accounts, "\n")+1:]
	for name, c := range map[string][2]string{
		"two lines": {"安和市清河区\n文化和旅游局\n2024年度部门决算\n" + strings.ReplaceAll(body, "部门："+checktest.NewLedger(9).Org, ""), "安和市清河区文化和旅游局"},
		"one line":  {"安和市林业局\n2024年度部门决算\n" + strings.ReplaceAll(body, "部门："+checktest.NewLedger(9).Org, ""), "安和市林业局"},
	} {
		d, err := reader.Bytes(t.Context(), []byte(c[0]), reader.Options{})
		if err != nil || d.Org != c[1] {
			t.Errorf("%s: %q, %v", name, d.Org, err)
		}
	}
}
