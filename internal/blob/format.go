package blob

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"
)

// Format is a type of file that may be attached.
type Format struct {
	Ext       string // ending with its dot
	MediaType string
	Inline    bool // a browser shows it by itself, without running anything in it
}

// Formats gives every type that Save accepts.
func Formats() []Format {
	return []Format{
		{".jpg", "image/jpeg", true}, {".png", "image/png", true}, {".gif", "image/gif", true}, {".webp", "image/webp", true},
		{".pdf", "application/pdf", true}, {".ofd", "application/ofd", false},
		{".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false},
		{".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false},
		{".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", false},
		{".doc", "application/msword", false}, {".xls", "application/vnd.ms-excel", false},
		{".mp3", "audio/mpeg", true}, {".wav", "audio/wav", true}, {".m4a", "audio/mp4", true}, {".amr", "audio/amr", false},
		{".mp4", "video/mp4", true}, {".mov", "video/quicktime", false}, {".3gp", "video/3gpp", false},
	}
}

func formatBy(match func(Format) bool) (Format, bool) {
	for _, f := range Formats() {
		if match(f) {
			return f, true
		}
	}
	return Format{}, false
}

// Sniff tells the type of a file from its content; ok is false for every type that is not in Formats, and for office
// documents that carry macros.
func Sniff(r io.ReaderAt, size int64) (f Format, ok bool) {
	head := make([]byte, 64)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return Format{}, false
	}
	ext := sniffHead(head[:n])
	switch ext {
	case "zip":
		ext = sniffZip(r, size)
	case "ole":
		ext = sniffOLE(r, size)
	}
	return formatBy(func(f Format) bool { return f.Ext == ext })
}

var magic = []struct{ at0, at8, ext string }{
	{"\xff\xd8\xff", "", ".jpg"},
	{"\x89PNG\r\n\x1a\n", "", ".png"},
	{"GIF87a", "", ".gif"},
	{"GIF89a", "", ".gif"},
	{"RIFF", "WEBP", ".webp"},
	{"RIFF", "WAVE", ".wav"},
	{"%PDF-", "", ".pdf"},
	{"ID3", "", ".mp3"},
	{"#!AMR", "", ".amr"},
	{"PK\x03\x04", "", "zip"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "ole"},
}

func sniffHead(head []byte) string {
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.at0)) && (m.at8 == "" || len(head) >= 12 && string(head[8:12]) == m.at8) {
			return m.ext
		}
	}
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		return sniffISO(string(head[8:12]))
	}
	if isMP3Frame(head) {
		return ".mp3"
	}
	return ""
}

// sniffISO tells the films and recordings of ISO 14496-12 apart by their brand.
func sniffISO(brand string) string {
	switch {
	case strings.HasPrefix(brand, "M4A"), strings.HasPrefix(brand, "M4B"):
		return ".m4a"
	case strings.HasPrefix(brand, "3g"):
		return ".3gp"
	case brand == "qt  ":
		return ".mov"
	case strings.HasPrefix(brand, "iso"), strings.HasPrefix(brand, "mp4"), strings.HasPrefix(brand, "M4V"), brand == "avc1", brand == "dash", brand == "MSNV":
		return ".mp4"
	}
	return ""
}

// isMP3Frame recognises the header of an MPEG layer III frame, for recordings without a tag.
func isMP3Frame(h []byte) bool {
	return len(h) >= 4 && h[0] == 0xff && h[1]&0xe6 == 0xe2 && h[1]&0x18 != 0x08 && h[2]&0xf0 != 0xf0 && h[2]&0xf0 != 0 && h[2]&0x0c != 0x0c
}

const maxZipEntries = 20000

// sniffZip tells office documents (GB/T 33190 OFD, ISO 29500 DOCX/XLSX/PPTX) by the parts that they must have.
func sniffZip(r io.ReaderAt, size int64) string {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) > maxZipEntries {
		return ""
	}
	ext := ""
	for _, f := range z.File {
		switch {
		case strings.EqualFold(path.Base(f.Name), "vbaProject.bin"):
			return ""
		case f.Name == "word/document.xml":
			ext = ".docx"
		case f.Name == "xl/workbook.xml":
			ext = ".xlsx"
		case f.Name == "ppt/presentation.xml":
			ext = ".pptx"
		case f.Name == "OFD.xml":
			ext = ".ofd"
		}
	}
	return ext
}

// sniffOLE tells the older office documents by the names of their streams, which stand in the file as UTF-16.
func sniffOLE(r io.ReaderAt, size int64) string {
	word, sheet, book, macros := utf16LE("WordDocument"), utf16LE("Workbook"), utf16LE("Book\x00"), utf16LE("_VBA_PROJECT")
	ext := ""
	const step, overlap = 1 << 20, 64
	buf := make([]byte, step+overlap)
	for at := int64(0); at < size; at += step {
		n, err := r.ReadAt(buf, at)
		if err != nil && err != io.EOF {
			return ""
		}
		part := buf[:n]
		switch {
		case bytes.Contains(part, macros):
			return ""
		case bytes.Contains(part, word):
			ext = ".doc"
		case ext == "" && (bytes.Contains(part, sheet) || bytes.Contains(part, book)):
			ext = ".xls"
		}
	}
	return ext
}

func utf16LE(ascii string) []byte {
	out := make([]byte, 0, 2*len(ascii))
	for i := range len(ascii) {
		out = append(out, ascii[i], 0)
	}
	return out
}
