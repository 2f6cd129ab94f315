using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>
/// Which slots are associated with an address A: the slot A itself, and keccak(A‖x)+n with n in 0…128. The preimages are the real ones of the
/// trace, so a mapping is found however deep it is nested.
/// </summary>
public sealed class AssociatedStorage
{
    private static readonly UInt256 Range = Erc7562Constants.AssociatedSlotRange;

    private readonly Dictionary<Address, List<UInt256>> _bases = [];

    public AssociatedStorage(IEnumerable<Bytes> preimages)
    {
        foreach (Bytes preimage in preimages.Where(preimage => TraceShape.IsAssociationPreimage(preimage)))
        {
            Address address = Address.FromWord(preimage.Span[..Hash32.Size]);
            if (!_bases.TryGetValue(address, out List<UInt256>? bases))
            {
                _bases[address] = bases = [];
            }

            bases.Add(Keccak256.Hash(preimage).ToUInt256());
        }
    }

    public bool IsAssociated(Hash32 slot, Address address)
    {
        if (slot == address.ToWord())
        {
            return true;
        }

        UInt256 number = slot.ToUInt256();
        return _bases.TryGetValue(address, out List<UInt256>? bases)
               && bases.Exists(start => number >= start && number - start <= Range);
    }
}
