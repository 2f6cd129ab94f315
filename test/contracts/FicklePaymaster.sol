// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Actor.sol";
import "./Operations.sol";

/// Pays until it changes its mind: about a sender, or about its postOp. paymasterData is its validation data and, behind it, the context that it
/// returns. Not for a chain with value.
contract FicklePaymaster is Actor {
    mapping(address => bool) public refused;
    bool public broken;

    function refuse(address sender) external {
        refused[sender] = true;
    }

    function breakDown() external {
        broken = true;
    }

    function validatePaymasterUserOp(UserOperation calldata operation, bytes32, uint256) external view returns (bytes memory, uint256) {
        return _validate(operation.sender, operation.paymasterAndData[20:]);
    }

    function validatePaymasterUserOp(PackedUserOperation calldata operation, bytes32, uint256) external view returns (bytes memory, uint256) {
        return _validate(operation.sender, operation.paymasterAndData[52:]);
    }

    function postOp(uint8, bytes calldata, uint256) external view {
        _postOp();
    }

    function postOp(uint8, bytes calldata, uint256, uint256) external view {
        _postOp();
    }

    function _validate(address sender, bytes calldata data) private view returns (bytes memory context, uint256 validationData) {
        require(!refused[sender], "refused");
        return data.length < 32 ? (data[:0], 0) : (data[32:], uint256(bytes32(data[:32])));
    }

    function _postOp() private view {
        require(!broken, "broken");
    }
}
