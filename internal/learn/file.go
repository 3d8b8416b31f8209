package learn

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"math"
	"slices"
	"unicode/utf8"

	"yichuang/internal/errs"
)

// The file of a model: magic, then compressed: length and JSON of its head, words, keys, rarities, weights, and at the
// end the SHA-256 of all that. The hash names the model; it does not depend on the compression.
const magic = "YCLEARN1"

// ErrFile refuses a file that is not a model, or is damaged.
var ErrFile = errs.New(errs.Invalid, "learn.file", "这不是可用的模型文件：格式不对，或文件已损坏。请重新训练或重新复制。")

// maxFile bounds what a file may unpack to.
const maxFile = 512 << 20

// head is the part of a file that is JSON.
type head struct {
	Labels    []string  `json:"labels"`
	Chars     int       `json:"chars"`
	WordsLong int       `json:"words_long"`
	Lead      float32   `json:"lead"`
	LeadWords int       `json:"lead_words"`
	Closed    bool      `json:"closed"`
	Heat      float64   `json:"heat"`
	Bias      []float64 `json:"bias"`
	Scale     []float32 `json:"scale"`
	Words     int       `json:"words"`
	Keys      int       `json:"keys"`
	Facts     int       `json:"facts"` // features of the habit
	Mix       float64   `json:"mix"`
	About     headAbout `json:"about"`
}

type headAbout struct {
	Examples int     `json:"examples"`
	Seed     uint64  `json:"seed"`
	HeldBack Measure `json:"held_back"`
}

// WriteTo writes the model's file.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	content, sum := m.content()
	var out bytes.Buffer
	out.WriteString(magic)
	z, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return 0, err
	}
	for _, part := range [][]byte{content, sum} {
		if _, err := z.Write(part); err != nil {
			return 0, err
		}
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	return out.WriteTo(w)
}

// digest gives the hash that names the model.
func (m *Model) digest() string {
	_, sum := m.content()
	return hex.EncodeToString(sum)
}

// content is the file before compression, with its hash.
func (m *Model) content() (content, sum []byte) {
	h := head{Labels: m.labels, Chars: m.recipe.chars, WordsLong: m.recipe.words, Lead: m.recipe.lead, LeadWords: m.recipe.leadWords, Closed: m.lexicon.closed,
		Heat: m.heat, Bias: m.bias, Scale: m.scale, Words: len(m.lexicon.words), Keys: len(m.vocabulary.keys),
		About: headAbout{m.about.Examples, m.about.Seed, m.about.HeldBack}}
	if m.habit != nil {
		h.Facts, h.Mix = len(m.habit.keys), m.mix
	}
	b, _ := json.Marshal(h) // numbers and strings only: it cannot fail
	content = binary.AppendUvarint(nil, uint64(len(b)))
	content = append(content, b...)
	for i, w := range m.lexicon.words {
		content = binary.AppendUvarint(content, uint64(len(w)))
		content = append(content, w...)
		content = binary.AppendUvarint(content, uint64(m.lexicon.count[i]))
	}
	content = appendKeys(content, m.vocabulary.keys)
	if m.habit != nil {
		content = appendKeys(content, m.habit.keys)
	}
	for _, x := range m.vocabulary.worth {
		content = binary.LittleEndian.AppendUint32(content, math.Float32bits(x))
	}
	for _, x := range m.weights {
		content = binary.LittleEndian.AppendUint16(content, uint16(x))
	}
	if m.habit != nil {
		for _, x := range m.habit.weights {
			content = binary.LittleEndian.AppendUint32(content, math.Float32bits(x))
		}
	}
	hash := sha256.Sum256(content)
	return content, hash[:]
}

// appendKeys writes sorted keys as their distances.
func appendKeys(content []byte, keys []uint64) []byte {
	last := uint64(0)
	for _, k := range keys {
		content = binary.AppendUvarint(content, k-last)
		last = k
	}
	return content
}

// Read reads a model's file.
func Read(r io.Reader) (*Model, error) {
	start := make([]byte, len(magic))
	if _, err := io.ReadFull(r, start); err != nil || string(start) != magic {
		return nil, ErrFile
	}
	all, err := io.ReadAll(io.LimitReader(flate.NewReader(r), maxFile))
	if err != nil || len(all) < sha256.Size {
		return nil, ErrFile.Wrap(err)
	}
	content, sum := all[:len(all)-sha256.Size], all[len(all)-sha256.Size:]
	if hash := sha256.Sum256(content); !bytes.Equal(hash[:], sum) {
		return nil, ErrFile
	}
	m, err := decode(content)
	if err != nil {
		return nil, err
	}
	m.about.Hash = hex.EncodeToString(sum)
	return m, nil
}

// scanner reads content; after something is missing it gives zeroes and is bad.
type scanner struct {
	rest []byte
	bad  bool
}

func (s *scanner) uvarint() uint64 {
	x, n := binary.Uvarint(s.rest)
	if n <= 0 {
		s.bad = true
		return 0
	}
	s.rest = s.rest[n:]
	return x
}

func (s *scanner) bytes(n uint64) []byte {
	if n > uint64(len(s.rest)) {
		s.bad = true
		return nil
	}
	b := s.rest[:n]
	s.rest = s.rest[n:]
	return b
}

// decode reads the content of a file whose hash was right; it trusts nothing all the same.
func decode(content []byte) (*Model, error) {
	s := &scanner{rest: content}
	var h head
	if err := json.Unmarshal(s.bytes(s.uvarint()), &h); err != nil || s.bad || !h.valid(len(s.rest)) {
		return nil, ErrFile.Wrap(err)
	}
	words, count := s.words(h.Words)
	keys, facts := s.keys(h.Keys), s.keys(h.Facts)
	if n := len(h.Labels); s.bad || len(s.rest) != 4*h.Keys+2*h.Keys*n+4*h.Facts*n {
		return nil, ErrFile
	}
	v := &vocabulary{keys: keys, worth: make([]float32, h.Keys), find: newTable(keys)}
	for i := range v.worth {
		if v.worth[i] = math.Float32frombits(binary.LittleEndian.Uint32(s.rest[4*i:])); !(v.worth[i] >= 0 && v.worth[i] < 1e6) {
			return nil, ErrFile
		}
	}
	s.bytes(uint64(4 * h.Keys))
	weights := make([]int16, h.Keys*len(h.Labels))
	for i := range weights {
		weights[i] = int16(binary.LittleEndian.Uint16(s.rest[2*i:]))
	}
	s.bytes(uint64(2 * len(weights)))
	habit, err := s.habit(facts, len(h.Labels))
	if err != nil {
		return nil, err
	}
	return &Model{habit: habit, mix: h.Mix, labels: h.Labels, recipe: recipe{h.Chars, h.WordsLong, h.Lead, h.LeadWords}, lexicon: newLexicon(words, count, h.Closed), vocabulary: v,
		weights: weights, scale: h.Scale, calibration: calibration{h.Heat, h.Bias},
		about: About{Examples: h.About.Examples, Labels: len(h.Labels), Features: h.Keys, Words: h.Words, Seed: h.About.Seed, HeldBack: h.About.HeldBack}}, nil
}

// valid checks a head against itself and against the size of what follows.
func (h *head) valid(rest int) bool {
	n := len(h.Labels)
	ok := n >= 2 && n <= maxLabels && len(h.Bias) == n && len(h.Scale) == n && slices.IsSorted(h.Labels) && h.Words >= 0 && h.Words <= rest && h.Keys >= 0 && h.Keys <= rest &&
		h.Chars >= 0 && h.Chars <= 3 && h.WordsLong >= 0 && h.WordsLong <= 2 && h.Lead >= 0 && h.Lead < 1e3 && h.LeadWords >= 0 && h.LeadWords < 1e6 && h.Heat > 0 && h.Heat < 1e6 && h.Facts >= 0 && h.Facts <= rest && h.Mix >= 0 && h.Mix <= 1
	for i := 0; ok && i < n; i++ {
		ok = math.Abs(h.Bias[i]) < 1e6 && h.Scale[i] >= 0 && h.Scale[i] < 1e6 && utf8.ValidString(h.Labels[i]) && (i == 0 || h.Labels[i] != h.Labels[i-1])
	}
	return ok
}

func (s *scanner) words(n int) ([]string, []int32) {
	words, count := make([]string, 0, n), make([]int32, 0, n)
	for i := 0; i < n && !s.bad; i++ {
		w := string(s.bytes(s.uvarint()))
		c := s.uvarint()
		if w == "" || utf8.RuneCountInString(w) > longestWord || !utf8.ValidString(w) || i > 0 && w <= words[i-1] || c == 0 || c > math.MaxInt32 {
			s.bad = true
			break
		}
		words, count = append(words, w), append(count, int32(c))
	}
	return words, count
}

func (s *scanner) keys(n int) []uint64 {
	keys := make([]uint64, 0, n)
	last := uint64(0)
	for i := 0; i < n && !s.bad; i++ {
		k := last + s.uvarint()
		if k <= last {
			s.bad = true
			break
		}
		keys, last = append(keys, k), k
	}
	return keys
}

// habit reads the weights of the facts; there is none without facts.
func (s *scanner) habit(keys []uint64, labels int) (*habit, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	h := &habit{keys: keys, find: newTable(keys), weights: make([]float32, len(keys)*labels)}
	for i := range h.weights {
		if h.weights[i] = math.Float32frombits(binary.LittleEndian.Uint32(s.rest[4*i:])); !(h.weights[i] > -1e6 && h.weights[i] < 1e6) {
			return nil, ErrFile
		}
	}
	return h, nil
}
