// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Grants.sol";

/// Up to four grant signers that can be changed, a ceiling of cost and a stop button. Validation reads storage of the paymaster itself, so it needs
/// a stake (ERC-7562 STO-031).
///
/// owner: everything. manager: offers signers, removes them, lowers the ceiling, pauses. A signer comes in two steps, offered by the manager and taken
/// in by the owner, and goes at once.
abstract contract SignerSet is Grants {
    uint256 public constant MAX_SIGNERS = 4;

    /// One slot: what validation reads besides the signer.
    uint128 public maxCostPerOperation;
    bool public paused;
    uint8 public signerCount;

    mapping(address => bool) public isSigner;
    address public manager;
    address public offeredSigner;

    event SignerOffered(address indexed signer);
    event SignerAdded(address indexed signer);
    event SignerRemoved(address indexed signer);
    event ManagerChanged(address indexed manager);
    event MaxCostChanged(uint256 maxCostPerOperation);
    event Paused(address indexed by);
    event Unpaused();

    error NotManager();
    error InvalidSigner(address signer);
    error CeilingRaised();
    error IsPaused();

    constructor(address manager_, address signer, uint128 maxCost) {
        manager = manager_;
        maxCostPerOperation = maxCost;
        emit ManagerChanged(manager_);
        emit MaxCostChanged(maxCost);
        _add(signer);
    }

    modifier onlyManager() {
        require(msg.sender == manager || msg.sender == owner, NotManager());
        _;
    }

    function setManager(address manager_) external onlyOwner {
        manager = manager_;
        emit ManagerChanged(manager_);
    }

    function offerSigner(address signer) external onlyManager {
        offeredSigner = signer;
        emit SignerOffered(signer);
    }

    /// Named once more, so that the owner cannot be made to take in another one.
    function addSigner(address signer) external onlyOwner {
        require(signer == offeredSigner, InvalidSigner(signer));
        offeredSigner = address(0);
        _add(signer);
    }

    function removeSigner(address signer) external onlyManager {
        require(isSigner[signer], InvalidSigner(signer));
        isSigner[signer] = false;
        signerCount--;
        emit SignerRemoved(signer);
    }

    /// The manager can only lower it.
    function setMaxCost(uint128 maxCost) external onlyManager {
        require(maxCost <= maxCostPerOperation || msg.sender == owner, CeilingRaised());
        maxCostPerOperation = maxCost;
        emit MaxCostChanged(maxCost);
    }

    function pause() external onlyManager {
        paused = true;
        emit Paused(msg.sender);
    }

    function unpause() external onlyOwner {
        paused = false;
        emit Unpaused();
    }

    function _mayGrant(address signer, uint256 maxCost) internal view override returns (bool) {
        require(!paused, IsPaused());
        return maxCost <= maxCostPerOperation && isSigner[signer];
    }

    /// The zero address is what a broken signature recovers to.
    function _add(address signer) private {
        require(signer != address(0) && !isSigner[signer] && signerCount < MAX_SIGNERS, InvalidSigner(signer));
        isSigner[signer] = true;
        signerCount++;
        emit SignerAdded(signer);
    }
}
