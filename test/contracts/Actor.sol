// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// One thing to do during validation: an opcode by its number, or one of the kinds above 0xff, with what it needs.
struct Action {
    uint256 kind;
    address target;
    uint256 amount;
    uint256 offset;
    bytes data;
}

/// Does what it is told, in its own frame. Rule contracts are actors, and so is the helper that they call.
contract Actor {
    // Above all numbers of opcodes: what to return, and the kinds below in _special.
    uint256 private constant ANSWER = 0x100;

    receive() external payable {}

    function run(Action[] memory actions) external payable returns (uint256 answer) {
        return _run(actions);
    }

    /// What the last ANSWER says, or zero.
    function _run(Action[] memory actions) internal returns (uint256 answer) {
        for (uint256 i = 0; i < actions.length; i++) {
            if (actions[i].kind == ANSWER) {
                answer = actions[i].amount;
            } else if (actions[i].kind > ANSWER) {
                _special(actions[i]);
            } else {
                _opcode(actions[i]);
            }
        }
    }

    // The opcodes' results go into a value that is looked at, else the optimizer leaves the opcodes out.
    function _opcode(Action memory action) private {
        uint256 kind = action.kind;
        address target = action.target;
        uint256 amount = action.amount;
        bytes memory data = action.data;
        assembly ("memory-safe") {
            let seen := 0
            switch kind
            case 0x31 { seen := balance(target) }
            case 0x32 { seen := origin() }
            case 0x3a { seen := gasprice() }
            case 0x3b { seen := extcodesize(target) }
            case 0x3c { extcodecopy(target, mload(0x40), 0, 32) seen := mload(mload(0x40)) }
            case 0x3f { seen := extcodehash(target) }
            case 0x40 { seen := blockhash(amount) }
            case 0x41 { seen := coinbase() }
            case 0x42 { seen := timestamp() }
            case 0x43 { seen := number() }
            case 0x44 { seen := prevrandao() }
            case 0x45 { seen := gaslimit() }
            case 0x46 { seen := chainid() }
            case 0x47 { seen := selfbalance() }
            case 0x48 { seen := basefee() }
            case 0x49 { seen := blobhash(amount) }
            case 0x4a { seen := blobbasefee() }
            case 0x54 { seen := sload(amount) }
            case 0x55 { sstore(amount, 1) }
            case 0x5a { seen := gas() }
            case 0x5c { seen := tload(amount) }
            case 0x5d { tstore(amount, 1) }
            case 0xf0 { seen := create(0, add(data, 0x20), mload(data)) }
            case 0xf1 { seen := call(gas(), target, amount, add(data, 0x20), mload(data), 0, 0) }
            case 0xf4 { seen := delegatecall(gas(), target, add(data, 0x20), mload(data), 0, 0) }
            case 0xf5 { seen := create2(0, add(data, 0x20), mload(data), amount) }
            case 0xfa { seen := staticcall(gas(), target, add(data, 0x20), mload(data), 0, 0) }
            default { revert(0, 0) }
            if eq(seen, 0x7562756275627562756275627562) { revert(0, 0) }
        }
    }

    function _special(Action memory action) private {
        uint256 kind = action.kind;
        address target = action.target;
        uint256 amount = action.amount;
        uint256 offset = action.offset;
        bytes memory data = action.data;
        assembly ("memory-safe") {
            // keccak(key ‖ base): the slot of a mapping's entry.
            function entry(key, base) -> slot {
                mstore(0x00, key)
                mstore(0x20, base)
                slot := keccak256(0x00, 0x40)
            }

            let seen := 0
            switch kind
            case 0x101 /* EXTCODESIZE ISZERO */ { if iszero(extcodesize(target)) { revert(0, 0) } }
            case 0x102 /* read a mapping */ { seen := sload(add(entry(target, amount), offset)) }
            case 0x103 /* write a mapping */ { sstore(add(entry(target, amount), offset), 1) }
            case 0x104 /* read a nested mapping */ { seen := sload(entry(target, entry(offset, amount))) }
            case 0x105 /* write a nested mapping */ { sstore(entry(target, entry(offset, amount)), 1) }
            case 0x106 /* call with little gas */ { seen := call(amount, target, 0, add(data, 0x20), mload(data), 0, 0) }
            case 0x107 /* delegatecall with little gas */ { seen := delegatecall(amount, target, add(data, 0x20), mload(data), 0, 0) }
            case 0x108 /* loop */ { for { } 1 { } { seen := add(seen, 1) } }
            case 0x109 /* revert */ { revert(add(data, 0x20), mload(data)) }
            default { revert(0, 0) }
            if eq(seen, 0x7562756275627562756275627562) { revert(0, 0) }
        }
    }
}
