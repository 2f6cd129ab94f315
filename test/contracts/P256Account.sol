// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Operations.sol";

/// An account whose owner signs with a P-256 key (passkeys), checked by the precompile of EIP-7951.
contract P256Account {
    address private constant P256VERIFY = address(0x100);

    uint256 public x;
    uint256 public y;

    receive() external payable {}

    function own(uint256 x_, uint256 y_) external {
        require(x == 0 && y == 0, "owned");
        (x, y) = (x_, y_);
    }

    function validateUserOp(UserOperation calldata operation, bytes32 hash, uint256 missing) external returns (uint256) {
        return _validate(operation.signature, hash, missing);
    }

    function validateUserOp(PackedUserOperation calldata operation, bytes32 hash, uint256 missing) external returns (uint256) {
        return _validate(operation.signature, hash, missing);
    }

    function _validate(bytes calldata signature, bytes32 hash, uint256 missing) private returns (uint256) {
        if (missing > 0) {
            (bool paid,) = payable(msg.sender).call{value: missing}("");
            require(paid, "cannot pay");
        }
        (, bytes memory valid) = P256VERIFY.staticcall(abi.encodePacked(hash, signature, x, y));
        return valid.length == 32 ? 0 : 1;
    }
}
