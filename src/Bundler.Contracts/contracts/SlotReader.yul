// SPDX-License-Identifier: MIT

/// Stands in for a contract's code during one eth_call (state override) and answers each word of its call data with the storage slot of that
/// number: an override of the code leaves the storage as it is.
object "SlotReader" {
    code {
        for { let at := 0 } lt(at, calldatasize()) { at := add(at, 32) } {
            mstore(at, sload(calldataload(at)))
        }
        return(0, calldatasize())
    }
}
