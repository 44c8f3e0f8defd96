// SPDX-License-Identifier: AGPL-3.0-or-later
// Joins the passkey button of a page to allauth's script; without JavaScript the button stays hidden.
(function () {
  const form = document.getElementById('passkey')
  if (!form || !window.PublicKeyCredential || !window.allauth) return
  const ids = { data: 'passkey-options', credential: 'passkey-credential' }
  if (form.dataset.mode === 'add') {
    window.allauth.webauthn.forms.addForm({ ids: { ...ids, add: 'passkey-button' } })
  } else {
    window.allauth.webauthn.forms.authenticateForm({ ids: { ...ids, authenticate: 'passkey-button' } })
  }
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    document.getElementById('passkey-failed').hidden = false
  })
  form.hidden = false
})()
