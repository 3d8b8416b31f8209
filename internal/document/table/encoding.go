package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const sampleSize = 8 << 10

// decode gives the text of a file as UTF-8 without byte order mark, and its beginning as a sample.
func decode(file io.ReaderAt, size int64) (*bufio.Reader, string, error) {
	enc, skip, err := detect(file, size)
	if err != nil {
		return nil, "", err
	}
	var text io.Reader = io.NewSectionReader(file, skip, size-skip)
	if enc != nil {
		text = enc.NewDecoder().Reader(text)
	}
	b := bufio.NewReaderSize(text, sampleSize)
	sample, err := b.Peek(sampleSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", ErrFormat.Wrap(err)
	}
	return b, string(sample), nil
}

// detect tells the encoding: by the byte order mark, or UTF-8 where the bytes are that, or else GB 18030, which contains
// GBK and GB 2312. Nil means UTF-8.
func detect(file io.ReaderAt, size int64) (enc encoding.Encoding, skip int64, err error) {
	mark := make([]byte, 3)
	n, err := file.ReadAt(mark, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, ErrFormat.Wrap(err)
	}
	mark = mark[:n]
	switch {
	case bytes.Equal(mark, []byte("\xef\xbb\xbf")):
		return nil, 3, nil
	case bytes.HasPrefix(mark, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), 0, nil
	case bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), 0, nil
	}
	good, bad, err := countUTF8(io.NewSectionReader(file, 0, size))
	if err != nil {
		return nil, 0, ErrFormat.Wrap(err)
	}
	if bad > good {
		return simplifiedchinese.GB18030, 0, nil
	}
	return nil, 0, nil
}

// countUTF8 counts the characters beyond ASCII and the bytes that are not UTF-8. Chinese in GBK hardly ever makes the
// former; a damaged UTF-8 file has many of them and few of the latter.
func countUTF8(r io.Reader) (good, bad int, err error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		part := buf[:kept+n]
		end := errors.Is(err, io.EOF)
		for len(part) > 0 {
			c, size := utf8.DecodeRune(part)
			if c == utf8.RuneError && size == 1 {
				if !end && !utf8.FullRune(part) {
					break
				}
				bad++
			} else if c >= utf8.RuneSelf {
				good++
			}
			part = part[size:]
		}
		kept = copy(buf, part)
		if end {
			return good, bad, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
}
