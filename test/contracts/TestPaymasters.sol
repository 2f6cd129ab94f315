// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Operations.sol";

/// Pays for everybody; with rounds, returns a context and works in postOp. Not for a chain with value.
abstract contract TestPaymaster {
    uint256 public immutable rounds;
    uint256 public validations;
    mapping(address => uint256) public spent;

    constructor(uint256 rounds_) {
        rounds = rounds_;
    }

    function _validate(address sender) internal returns (bytes memory context, uint256 validationData) {
        validations++;
        return (rounds == 0 ? bytes("") : abi.encode(sender), 0);
    }

    function _account(bytes calldata context, uint256 cost) internal {
        bytes32 hash;
        for (uint256 i = 0; i < rounds; i++) {
            hash = keccak256(abi.encode(hash, i));
        }
        spent[abi.decode(context, (address))] += cost;
    }
}

contract TestPaymasterV06 is TestPaymaster {
    constructor(uint256 rounds_) TestPaymaster(rounds_) {}

    function validatePaymasterUserOp(UserOperation calldata operation, bytes32, uint256) external returns (bytes memory, uint256) {
        return _validate(operation.sender);
    }

    function postOp(uint8, bytes calldata context, uint256 actualGasCost) external {
        _account(context, actualGasCost);
    }
}

contract TestPaymasterV07 is TestPaymaster {
    constructor(uint256 rounds_) TestPaymaster(rounds_) {}

    function validatePaymasterUserOp(PackedUserOperation calldata operation, bytes32, uint256) external returns (bytes memory, uint256) {
        return _validate(operation.sender);
    }

    function postOp(uint8, bytes calldata context, uint256 actualGasCost, uint256) external {
        _account(context, actualGasCost);
    }
}
