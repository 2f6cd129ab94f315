// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// An owner who can hand over, to somebody who has to take it, and who can never leave it to nobody.
abstract contract Owned {
    address public owner;
    address public pendingOwner;

    event OwnershipOffered(address indexed owner, address indexed to);
    event OwnershipTaken(address indexed from, address indexed owner);

    error NotOwner();
    error NotOffered();
    error NoOwner();

    constructor(address owner_) {
        require(owner_ != address(0), NoOwner());
        owner = owner_;
        emit OwnershipTaken(address(0), owner_);
    }

    modifier onlyOwner() {
        require(msg.sender == owner, NotOwner());
        _;
    }

    /// The zero address takes an offer back.
    function transferOwnership(address to) external onlyOwner {
        pendingOwner = to;
        emit OwnershipOffered(owner, to);
    }

    function acceptOwnership() external {
        require(msg.sender == pendingOwner, NotOffered());
        emit OwnershipTaken(owner, msg.sender);
        (owner, pendingOwner) = (msg.sender, address(0));
    }
}
