// SPDX-License-Identifier: MIT

/// Init code that deploys nothing: behind it stand questions, and in the place of a contract it returns their answers, all behind each other.
///
/// A question begins with a word: 4 bytes of zeros, 4 bytes for the size of the answer, 4 bytes for the size of the call data, 20 bytes for the
/// address. With an answer of no size it asks for the account: EXTCODEHASH, BALANCE, the first 32 bytes of the code. Else the call data follows and
/// the answer is what a STATICCALL returns; when that fails, or returns another size, everything reverts.
object "StateReader" {
    code {
        let size := sub(codesize(), datasize("StateReader"))
        codecopy(0, datasize("StateReader"), size)

        // The first word stays zero: what begins with 0xef may not be returned (EIP-3541).
        let answer := add(size, 32)
        for { let question := 0 } lt(question, size) {} {
            let head := mload(question)
            let account := shr(96, shl(96, head))
            let answerSize := and(shr(192, head), 0xffffffff)
            question := add(question, 32)

            switch answerSize
            case 0 {
                mstore(answer, extcodehash(account))
                mstore(add(answer, 32), balance(account))
                extcodecopy(account, add(answer, 64), 0, 32)
                answer := add(answer, 96)
            }
            default {
                let callSize := and(shr(160, head), 0xffffffff)
                if iszero(staticcall(gas(), account, question, callSize, answer, answerSize)) { revert(0, 0) }
                if iszero(eq(returndatasize(), answerSize)) { revert(0, 0) }
                question := add(question, callSize)
                answer := add(answer, answerSize)
            }
        }
        return(size, sub(answer, size))
    }
}
