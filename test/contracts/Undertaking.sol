// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Work that is tried, and whose failure is noted and survived: with too little gas it succeeds without having done it.
contract Undertaking {
    uint256 public done = 1;
    uint256 public failures = 1;
    mapping(uint256 => uint256) private _slots;

    function work(uint256 from, uint256 k) external {
        for (uint256 i = from; i < from + k; i++) {
            _slots[i] = 1;
        }
        done++;
    }

    function run(uint256 from, uint256 k) external {
        try this.work(from, k) {} catch {
            failures++;
        }
    }

    /// Leaves half of the gas for what comes after.
    function runByHalf(uint256 from, uint256 k) external {
        try this.work{gas: gasleft() / 2}(from, k) {} catch {
            failures++;
        }
    }

    /// Every gas there is but a little.
    function burnAll() external {
        while (gasleft() > 1_000) {}
        done++;
    }
}
