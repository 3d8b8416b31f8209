// Package party holds people outside the organisation (群众、企业): callers of the hotline and applicants of the hall.
// Hotline and casework both need them, so they belong to neither. What identifies a person is encrypted at rest; a
// keyed blind index finds the same phone number again.
package party

import (
	"embed"

	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

// Migrations make the table party_person.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Person is a stored person. The encrypted fields are opened with Module.Open.
type Person struct {
	CentreID  string        `db:"centre_id"`
	ID        string        `db:"id"`
	NameEnc   []byte        `db:"name_enc"`
	PhoneEnc  []byte        `db:"phone_enc"`
	PhoneBix  string        `db:"phone_bix"`
	TailBix   string        `db:"tail_bix"`
	CreatedAt clock.Instant `db:"created_at"`
}

// Contact is how to reach a person, in clear. It must not be logged or put into an error.
type Contact struct {
	Name  string
	Phone string
}

// Masked is the contact as lists show it: 张*, 138****5678.
func (c Contact) Masked() Contact {
	return Contact{Name: crypt.MaskName(c.Name), Phone: crypt.MaskPhone(c.Phone)}
}

// Module keeps people.
type Module struct {
	keys  *crypt.Keyring
	needs []Need
}

// New makes the module.
func New(keys *crypt.Keyring) *Module { return &Module{keys: keys} }

// Sealed is a contact ready to be stored, so that encrypting happens outside the transaction.
type Sealed struct {
	name, phone []byte
	phoneBix    string
	tailBix     string
}

// Seal encrypts a contact; "" stays empty.
func (m *Module) Seal(c Contact) Sealed {
	s := Sealed{name: []byte{}, phone: []byte{}}
	if c.Name != "" {
		s.name = m.keys.Seal(c.Name)
	}
	if c.Phone != "" {
		s.phone = m.keys.Seal(c.Phone)
		s.phoneBix = m.PhoneIndex(c.Phone)
		s.tailBix = m.TailIndex(c.Phone)
	}
	return s
}

// PhoneIndex is the blind index of a phone number.
func (m *Module) PhoneIndex(phone string) string { return m.keys.BlindIndex(crypt.KindPhone, phone) }

// TailIndex is the blind index of the last four digits, the second factor of a citizen's query.
func (m *Module) TailIndex(phone string) string {
	if len(phone) > 4 {
		phone = phone[len(phone)-4:]
	}
	return m.keys.BlindIndex(crypt.Kind("phone-tail"), phone)
}

// byPhone ends with ForReuse where somebody is about to be referred to: who is being forgotten meanwhile is waited for and not found.
var byPhone = "SELECT " + store.Columns[Person]("") + " FROM party_person WHERE centre_id = $1 AND phone_bix = $2 AND phone_bix <> '' ORDER BY id DESC LIMIT 5"

// Ahead announces that Save will look the contact up; see store.Tx.Ahead.
func (m *Module) Ahead(tx *store.Tx, centre string, s Sealed) {
	if s.phoneBix != "" {
		tx.Ahead(byPhone+tx.ForReuse(""), centre, s.phoneBix)
	}
}

// Save stores a contact and gives the person's id. The same phone with a name already known keeps its row; a person
// without a phone gets a row of their own, and nothing at all gives "".
func (m *Module) Save(tx *store.Tx, centre string, s Sealed) (string, error) {
	return m.save(tx, centre, s, true)
}

// SaveAsGiven is Save for those who may keep their name to themselves: a phone without a name is not given the name that somebody
// else left with it.
func (m *Module) SaveAsGiven(tx *store.Tx, centre string, s Sealed) (string, error) {
	return m.save(tx, centre, s, false)
}

func (m *Module) save(tx *store.Tx, centre string, s Sealed, borrow bool) (string, error) {
	if len(s.name) == 0 && s.phoneBix == "" {
		return "", nil
	}
	if s.phoneBix != "" {
		known, err := store.Select[Person](tx, byPhone+tx.ForReuse(""), centre, s.phoneBix)
		if err != nil {
			return "", err
		}
		for _, k := range known {
			if len(s.name) == 0 && (borrow || len(k.NameEnc) == 0) || len(s.name) > 0 && m.sameName(k.NameEnc, s.name) {
				return k.ID, nil
			}
		}
	}
	p := Person{CentreID: centre, ID: tx.NewID(), NameEnc: s.name, PhoneEnc: s.phone, PhoneBix: s.phoneBix, TailBix: s.tailBix, CreatedAt: tx.Now()}
	return p.ID, store.Insert(tx, "party_person", p)
}

func (m *Module) sameName(a, b []byte) bool {
	x, errX := m.keys.Open(a)
	y, errY := m.keys.Open(b)
	return errX == nil && errY == nil && x == y
}

// Load gives a stored person.
func Load(tx *store.Tx, centre, id string) (Person, error) {
	return store.Get[Person](tx, "SELECT "+store.Columns[Person]("")+" FROM party_person WHERE centre_id = $1 AND id = $2", centre, id)
}

// WithPhone lists the ids of a centre's people with a phone number, newest first.
func (m *Module) WithPhone(tx *store.Tx, centre, phone string) ([]string, error) {
	return store.Select[string](tx, "SELECT id FROM party_person WHERE centre_id = $1 AND phone_bix = $2 AND phone_bix <> '' ORDER BY id DESC LIMIT 20", centre, m.PhoneIndex(phone))
}

// Open decrypts a person's contact. The caller has checked the permission and records the reading.
func (m *Module) Open(p Person) (Contact, error) {
	var c Contact
	var err error
	if len(p.NameEnc) > 0 {
		if c.Name, err = m.keys.Open(p.NameEnc); err != nil {
			return c, err
		}
	}
	if len(p.PhoneEnc) > 0 {
		c.Phone, err = m.keys.Open(p.PhoneEnc)
	}
	return c, err
}
