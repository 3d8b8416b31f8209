package hotline

import (
	"math"
	"net/url"
	"strings"

	"yichuang/internal/store"
)

// Place (位置) is the point of a request on the map and the link of a picture of it, as a reporting app sends them.
type Place struct {
	Lat   int64  `db:"lat" json:"lat"`   // millionths of a degree north (纬度), WGS 84
	Long  int64  `db:"long" json:"long"` // millionths of a degree east (经度)
	Media string `db:"media_url" json:"media_url,omitempty"`
}

// PlaceAt makes a place of degrees.
func PlaceAt(lat, long float64) Place {
	return Place{Lat: int64(math.Round(lat * 1e6)), Long: int64(math.Round(long * 1e6))}
}

// Known reports whether there is a point; the point 0, 0 in the Gulf of Guinea stands for none.
func (p Place) Known() bool { return p.Lat != 0 || p.Long != 0 }

// Degrees gives the point as degrees north and east.
func (p Place) Degrees() (lat, long float64) { return float64(p.Lat) / 1e6, float64(p.Long) / 1e6 }

const maxMedia = 500

// fault says what is wrong with the place, "" where nothing is.
func (p Place) fault() string {
	if p.Lat < -90e6 || p.Lat > 90e6 || p.Long < -180e6 || p.Long > 180e6 {
		return "纬度应在 -90 到 90 之间，经度应在 -180 到 180 之间。"
	}
	if p.Media == "" {
		return ""
	}
	u, err := url.Parse(p.Media)
	if err != nil || u.Host == "" || u.User != nil || len(p.Media) > maxMedia || !strings.HasPrefix(u.Scheme, "http") {
		return "图片地址应以 http:// 或 https:// 开头，不超过 500 个字符。"
	}
	return ""
}

// savePlace keeps the place of a new ticket; without one there is no row.
func savePlace(tx *store.Tx, t *Ticket, p Place) error {
	if p == (Place{}) {
		return nil
	}
	return tx.Queue("INSERT INTO hotline_place (centre_id, ticket_id, lat, long, media_url) VALUES ($1, $2, $3, $4, $5)", t.CentreID, t.ID, p.Lat, p.Long, p.Media)
}
