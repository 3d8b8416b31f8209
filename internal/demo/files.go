package demo

import (
	"bytes"

	"yichuang/internal/blob"
)

// photo saves a picture of the demonstration under a name, as somebody would send it.
func (s *stage) photo(name string) ([]blob.Upload, error) {
	picture, err := scan()
	if err != nil {
		return nil, err
	}
	up, err := s.app.Blobs.Save(s.demo.Centre.ID, bytes.NewReader(picture), name)
	return []blob.Upload{up}, err
}
