// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Grants.sol";

/// One signer and one ceiling for ever: validation reads no storage and needs no stake. Another signer is another contract.
abstract contract OneSigner is Grants {
    address public immutable signer;
    uint256 public immutable maxCostPerOperation;

    error InvalidSigner(address signer);

    constructor(address signer_, uint256 maxCost) {
        require(signer_ != address(0), InvalidSigner(signer_));
        signer = signer_;
        maxCostPerOperation = maxCost;
    }

    function _mayGrant(address by, uint256 maxCost) internal view override returns (bool) {
        return maxCost <= maxCostPerOperation && by == signer;
    }
}
