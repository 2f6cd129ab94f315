// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import "./Operations.sol";
import "./Owned.sol";

/// What all our verifying paymasters are: the deposit and stake that only the owner moves, and the judgement of a grant, which is an
/// EIP-712 signature over every field of the operation. There is no context and no postOp.
abstract contract Grants is Owned {
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME = keccak256("NodeVerifyingPaymaster");
    bytes32 private constant VERSION = keccak256("1");

    /// A window of two times and the id: what the data of a grant begins with.
    uint256 internal constant WINDOW_SIZE = 6 + 6 + 16;
    uint256 internal constant SIGNATURE_SIZE = 65;

    /// EIP-2: of the two signatures of one key for one message only this half is taken.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    address public immutable entryPoint;
    uint256 private immutable _chainId;
    bytes32 private immutable _domain;

    event Sponsored(bytes32 indexed userOpHash, address indexed sender, bytes16 indexed grantId);

    error NotEntryPoint();
    error InvalidPaymasterData(uint256 length);

    constructor(address entryPoint_, address owner_) Owned(owner_) {
        entryPoint = entryPoint_;
        _chainId = block.chainid;
        _domain = _domainOfThisChain();
    }

    modifier onlyEntryPoint() {
        require(msg.sender == entryPoint, NotEntryPoint());
        _;
    }

    receive() external payable {
        deposit();
    }

    /// Anybody may add to the deposit.
    function deposit() public payable {
        IEntryPointFunds(entryPoint).depositTo{value: msg.value}(address(this));
    }

    function withdrawTo(address payable to, uint256 amount) external onlyOwner {
        IEntryPointFunds(entryPoint).withdrawTo(to, amount);
    }

    function addStake(uint32 unstakeDelaySec) external payable onlyOwner {
        IEntryPointFunds(entryPoint).addStake{value: msg.value}(unstakeDelaySec);
    }

    function unlockStake() external onlyOwner {
        IEntryPointFunds(entryPoint).unlockStake();
    }

    function withdrawStake(address payable to) external onlyOwner {
        IEntryPointFunds(entryPoint).withdrawStake(to);
    }

    function domainSeparator() public view returns (bytes32) {
        return block.chainid == _chainId ? _domain : _domainOfThisChain();
    }

    /// Whether this signer may grant an operation that can cost so much; reverts while nobody may grant anything.
    function _mayGrant(address signer, uint256 maxCost) internal view virtual returns (bool);

    /// The answer to the EntryPoint: a wrong signature, or a cost above the ceiling, is told and never reverted, so that estimates with a
    /// stub work.
    function _judge(bytes32 structHash, bytes calldata window, bytes calldata signature, uint256 maxCost) internal view returns (uint256) {
        bool fits = _mayGrant(_signerOf(_digest(structHash), signature), maxCost);
        return (fits ? 0 : 1) | (uint256(uint48(bytes6(window[0:6]))) << 160) | (uint256(uint48(bytes6(window[6:12]))) << 208);
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domainSeparator(), structHash));
    }

    /// EIP-7702: to whom the sender delegates at this moment, whatever the operation says; the zero address if it does not.
    function _delegateOf(address sender) internal view returns (address delegate) {
        assembly ("memory-safe") {
            if eq(extcodesize(sender), 23) {
                extcodecopy(sender, 0, 0, 32)
                let code := mload(0)
                if eq(shr(232, code), 0xef0100) { delegate := shr(96, shl(24, code)) }
            }
        }
    }

    /// The zero address for whatever is no signature.
    function _signerOf(bytes32 digest, bytes calldata signature) private pure returns (address) {
        bytes32 s = bytes32(signature[32:64]);
        return uint256(s) > HALF_ORDER ? address(0) : ecrecover(digest, uint8(signature[64]), bytes32(signature[0:32]), s);
    }

    function _domainOfThisChain() private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, NAME, VERSION, block.chainid, address(this)));
    }
}
