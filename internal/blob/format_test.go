package blob_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"yichuang/internal/blob"
)

func zipOf(t testing.TB, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err == nil {
			_, err = w.Write([]byte("<x/>"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func ole(names ...string) string {
	s := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 1<<20)
	for _, n := range names {
		for _, r := range n {
			s += string([]byte{byte(r), 0})
		}
	}
	return s
}

func TestSniff(t *testing.T) {
	for content, want := range map[string]string{
		"\xff\xd8\xff\xe0\x00\x10JFIF": ".jpg", "\x89PNG\r\n\x1a\n\x00": ".png", "GIF89a\x01": ".gif", "RIFF\x00\x00\x00\x00WEBPVP8 ": ".webp",
		"RIFF\x00\x00\x00\x00WAVEfmt ": ".wav", "RIFF\x00\x00\x00\x00AVI LIST": "", "%PDF-1.4": ".pdf", "ID3\x04\x00": ".mp3",
		"\xff\xfb\x90\x64\x00": ".mp3", "\xff\xf3\x40\xc4": ".mp3", "\xff\xfe\x41\x00": "", "#!AMR\n\x3c": ".amr",
		"\x00\x00\x00\x20ftypisom": ".mp4", "\x00\x00\x00\x20ftypM4A ": ".m4a", "\x00\x00\x00\x14ftypqt  ": ".mov", "\x00\x00\x00\x14ftyp3gp4": ".3gp", "\x00\x00\x00\x14ftypheic": "",
		zipOf(t, "[Content_Types].xml", "word/document.xml"): ".docx",
		zipOf(t, "[Content_Types].xml", "xl/workbook.xml"):   ".xlsx",
		zipOf(t, "ppt/presentation.xml"):                     ".pptx",
		zipOf(t, "OFD.xml", "Doc_0/Document.xml"):            ".ofd",
		zipOf(t, "word/document.xml", "word/vbaProject.bin"): "",
		zipOf(t, "a.exe"):                             "",
		"PK\x03\x04 not a zip":                        "",
		ole("Root Entry", "WordDocument"):             ".doc",
		ole("Root Entry", "Workbook"):                 ".xls",
		ole("Root Entry", "Workbook", "_VBA_PROJECT"): "",
		ole("Root Entry", "__properties_version1.0"):  "",
		"MZ\x90": "", "<svg xmlns='http://www.w3.org/2000/svg'>": "", "#!/bin/sh": "", "": "",
	} {
		f, ok := blob.Sniff(strings.NewReader(content), int64(len(content)))
		if f.Ext != want || ok != (want != "") {
			t.Errorf("%.20q is %q, want %q", content, f.Ext, want)
		}
	}
}

func TestFormatsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range blob.Formats() {
		if seen[f.Ext] || seen[f.MediaType] || f.Ext[0] != '.' || !strings.Contains(f.MediaType, "/") {
			t.Errorf("%+v", f)
		}
		seen[f.Ext], seen[f.MediaType] = true, true
		if f.Inline && (strings.Contains(f.MediaType, "html") || strings.Contains(f.MediaType, "svg") || strings.Contains(f.MediaType, "xml")) {
			t.Errorf("%s can run scripts", f.Ext)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("%PDF-"))
	f.Add([]byte(zipOf(f, "word/document.xml")))
	f.Add([]byte(ole("Workbook"))[1<<20:])
	f.Add([]byte("\xff\xfb\x90\x64"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, ok := blob.Sniff(bytes.NewReader(b), int64(len(b))); ok && got.MediaType == "" {
			t.Fatal("a known format without a media type")
		}
	})
}
