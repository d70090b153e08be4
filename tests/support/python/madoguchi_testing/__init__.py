# SPDX-License-Identifier: Apache-2.0
"""What the black-box tests share: the daemon, its API, real mail servers, a ledger of promises.

Standard library only. Every process and folder belongs to a Sandbox, which removes them when the
test ends, however it ends.
"""
