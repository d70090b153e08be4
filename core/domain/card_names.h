// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the enumerations of cards are written (core/domain/names.h has the others).

#include "core/base/enum_names.h"
#include "core/domain/card_session.h"

namespace madoguchi {

template <>
struct EnumNames<domain::CardBrand> {
  static constexpr EnumName<domain::CardBrand> values[] = {
      {domain::CardBrand::visa, "visa"},
      {domain::CardBrand::mastercard, "mastercard"},
      {domain::CardBrand::jcb, "jcb"},
      {domain::CardBrand::american_express, "american_express"},
      {domain::CardBrand::diners_club, "diners_club"},
      {domain::CardBrand::discover, "discover"},
      {domain::CardBrand::unionpay, "unionpay"},
      {domain::CardBrand::other, "other"}};
};

template <>
struct EnumNames<domain::CardPart> {
  static constexpr EnumName<domain::CardPart> values[] = {{domain::CardPart::expiry, "expiry"},
                                                          {domain::CardPart::holder, "holder"}};
};

template <>
struct EnumNames<domain::CardAction> {
  static constexpr EnumName<domain::CardAction> values[] = {
      {domain::CardAction::set_default, "set_default"},
      {domain::CardAction::edit_expiry, "edit_expiry"},
      {domain::CardAction::edit_holder, "edit_holder"},
      {domain::CardAction::remove, "delete"}};
};

template <>
struct EnumNames<domain::CardSessionState> {
  static constexpr EnumName<domain::CardSessionState> values[] = {
      {domain::CardSessionState::created, "created"},
      {domain::CardSessionState::waiting, "waiting"},
      {domain::CardSessionState::processing, "processing"},
      {domain::CardSessionState::unknown, "unknown"},
      {domain::CardSessionState::completed, "completed"},
      {domain::CardSessionState::failed, "failed"},
      {domain::CardSessionState::cancelled, "cancelled"},
      {domain::CardSessionState::expired, "expired"}};
};

template <>
struct EnumNames<domain::CardPromptKind> {
  static constexpr EnumName<domain::CardPromptKind> values[] = {
      {domain::CardPromptKind::redirect, "redirect"}, {domain::CardPromptKind::device, "device"}};
};

template <>
struct EnumNames<domain::CardProof> {
  static constexpr EnumName<domain::CardProof> values[] = {
      {domain::CardProof::none, "none"},
      {domain::CardProof::notification, "notification"},
      {domain::CardProof::read_back, "read_back"}};
};

template <>
struct EnumNames<domain::CardOutcome> {
  static constexpr EnumName<domain::CardOutcome> values[] = {
      {domain::CardOutcome::succeeded, "succeeded"},
      {domain::CardOutcome::failed, "failed"},
      {domain::CardOutcome::cancelled, "cancelled"},
      {domain::CardOutcome::in_doubt, "in_doubt"}};
};

template <>
struct EnumNames<domain::CardVerdict> {
  static constexpr EnumName<domain::CardVerdict> values[] = {
      {domain::CardVerdict::applied, "applied"},
      {domain::CardVerdict::duplicate, "duplicate"},
      {domain::CardVerdict::late, "late"},
      {domain::CardVerdict::mismatched, "mismatched"},
      {domain::CardVerdict::unproven, "unproven"}};
};

template <>
struct EnumNames<domain::CardSessionAction> {
  static constexpr EnumName<domain::CardSessionAction> values[] = {
      {domain::CardSessionAction::cancel, "cancel"}};
};

}  // namespace madoguchi
