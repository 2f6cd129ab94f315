// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Actor.sol";
import "./Operations.sol";

/// Does in its validation what the operation's signature says; accepts every operation. Not for a chain with value.
contract RuleAccount is Actor {
    function validateUserOp(UserOperation calldata operation, bytes32, uint256 missing) external returns (uint256) {
        return _validate(operation.signature, missing);
    }

    function validateUserOp(PackedUserOperation calldata operation, bytes32, uint256 missing) external returns (uint256) {
        return _validate(operation.signature, missing);
    }

    function _validate(bytes calldata actions, uint256 missing) private returns (uint256 validationData) {
        if (actions.length > 0) {
            validationData = _run(abi.decode(actions, (Action[])));
        }
        if (missing > 0) {
            (bool paid,) = payable(msg.sender).call{value: missing}("");
            require(paid, "cannot pay");
        }
    }
}
