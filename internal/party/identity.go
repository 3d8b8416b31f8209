package party

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Types of identity paper (证件类型).
const (
	ResidentCard = "居民身份证"
	CreditCode   = "统一社会信用代码"
	OtherPaper   = "其他证件"
)

// IdentityTypes lists the types in the order of forms.
var IdentityTypes = []string{ResidentCard, CreditCode, OtherPaper}

// Applicant is somebody who applies, in clear. It must not be logged or put into an error.
type Applicant struct {
	Contact
	IDType string
	IDNo   string
}

// Masked is the applicant as lists and pages show it.
func (a Applicant) Masked() Applicant {
	return Applicant{Contact: a.Contact.Masked(), IDType: a.IDType, IDNo: crypt.MaskIDNo(a.IDNo)}
}

// Identity is the stored identity paper of a person.
type Identity struct {
	CentreID string `db:"centre_id"`
	PersonID string `db:"person_id"`
	IDType   string `db:"id_type"`
	IDNoEnc  []byte `db:"id_no_enc"`
	IDBix    string `db:"id_bix"`
}

// ErrApplicant refuses an applicant who is not named properly.
var ErrApplicant = errs.New(errs.Invalid, "party.applicant", "申请人信息填写有误，没有保存。请按提示修改。")

var (
	residentNo = regexp.MustCompile(`^\d{17}[\dX]$`)
	creditNo   = regexp.MustCompile(`^[0-9A-HJ-NPQRTUWXY]{18}$`)
)

// Validate checks what was typed; the check digit of a resident's card (GB 11643) catches slips of the pen.
func (a Applicant) Validate() error {
	e := ErrApplicant
	if n := utf8.RuneCountInString(strings.TrimSpace(a.Name)); n == 0 || n > 100 {
		e = e.Field("name", "请填写申请人姓名或名称，最多 100 个字。")
	}
	no := crypt.Normal(crypt.KindID, a.IDNo)
	switch {
	case no == "" || len(no) > 40:
		e = e.Field("id_no", "请填写证件号码。")
	case a.IDType == ResidentCard && (!residentNo.MatchString(no) || residentDigit(no) != no[17]):
		e = e.Field("id_no", "身份证号码不对，请核对 18 位号码。")
	case a.IDType == CreditCode && !creditNo.MatchString(no):
		e = e.Field("id_no", "统一社会信用代码应为 18 位。")
	}
	if digits := crypt.Normal(crypt.KindPhone, a.Phone); len(digits) < 7 || len(digits) > 15 {
		e = e.Field("phone", "请填写联系电话，用于告知办理进度和查询。")
	}
	return e.OrNil()
}

// residentDigit is the check digit of a resident's card by its first 17 digits (GB 11643, ISO 7064 MOD 11-2).
func residentDigit(no string) byte {
	sum, weight := 0, 1
	for i := 16; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(no[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}

// SealedApplicant is an applicant ready to be stored.
type SealedApplicant struct {
	Sealed
	idType string
	idNo   []byte
	idBix  string
}

// SealApplicant encrypts an applicant, outside the transaction.
func (m *Module) SealApplicant(a Applicant) SealedApplicant {
	return SealedApplicant{Sealed: m.Seal(Contact{Name: strings.TrimSpace(a.Name), Phone: a.Phone}), idType: a.IDType,
		idNo: m.keys.Seal(crypt.Normal(crypt.KindID, a.IDNo)), idBix: m.keys.BlindIndex(crypt.KindID, a.IDNo)}
}

// SaveApplicant stores an applicant and gives the person's id: the same paper with the same name and phone keeps its row,
// unless that person is being forgotten meanwhile.
func (m *Module) SaveApplicant(tx *store.Tx, centre string, s SealedApplicant) (string, error) {
	known, err := m.withIdentity(tx, centre, s.idBix)
	if err != nil {
		return "", err
	}
	for _, p := range known {
		if p.PhoneBix == s.phoneBix && m.sameName(p.NameEnc, s.name) {
			return p.ID, nil
		}
	}
	p := Person{CentreID: centre, ID: tx.NewID(), NameEnc: s.name, PhoneEnc: s.phone, PhoneBix: s.phoneBix, TailBix: s.tailBix, CreatedAt: tx.Now()}
	if err := store.Insert(tx, "party_person", p); err != nil {
		return "", err
	}
	return p.ID, store.Insert(tx, "party_identity", Identity{centre, p.ID, s.idType, s.idNo, s.idBix})
}

func (m *Module) withIdentity(tx *store.Tx, centre, bix string) ([]Person, error) {
	return store.Select[Person](tx, "SELECT "+store.Columns[Person]("p.")+` FROM party_identity i JOIN party_person p ON p.centre_id = i.centre_id AND p.id = i.person_id
		WHERE i.centre_id = $1 AND i.id_bix = $2 ORDER BY i.person_id DESC LIMIT 20`+tx.ForReuse("p"), centre, bix)
}

// SamePaper lists the ids of the people with the same identity paper as a person, that person among them.
func (m *Module) SamePaper(tx *store.Tx, centre, person string) ([]string, error) {
	return store.Select[string](tx, `SELECT o.person_id FROM party_identity i JOIN party_identity o ON o.centre_id = i.centre_id AND o.id_bix = i.id_bix
		WHERE i.centre_id = $1 AND i.person_id = $2 ORDER BY o.person_id DESC LIMIT 20`, centre, person)
}

// OpenApplicant decrypts a person with the identity paper. The caller has checked the permission and records the reading.
func (m *Module) OpenApplicant(tx *store.Tx, centre, person string) (Applicant, error) {
	p, err := Load(tx, centre, person)
	if err != nil {
		return Applicant{}, err
	}
	var a Applicant
	if a.Contact, err = m.Open(p); err != nil {
		return a, err
	}
	i, err := store.Get[Identity](tx, "SELECT "+store.Columns[Identity]("")+" FROM party_identity WHERE centre_id = $1 AND person_id = $2", centre, person)
	if errors.Is(err, store.ErrNotFound) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	a.IDType = i.IDType
	a.IDNo, err = m.keys.Open(i.IDNoEnc)
	return a, err
}
