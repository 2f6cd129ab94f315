using Bundler.Ethereum.Rlp;
using Nethereum.RLP;

namespace Bundler.OracleTests.Rlp;

/// <summary>A random RLP item, written by either side, and read back as text.</summary>
internal abstract record RlpTree
{
    private const int MaxDepth = 4;
    private const int MaxItems = 6;

    public static RlpTree Next(Random random, int depth = 0) => depth < MaxDepth && random.Next(3) == 0
        ? new Branch([.. Enumerable.Range(0, random.Next(MaxItems)).Select(_ => Next(random, depth + 1))])
        : new Leaf(random.Next(5) == 0 ? [(byte)random.Next(256)] : random.Data());

    public abstract void Write(RlpWriter writer);

    public abstract byte[] Theirs();

    public static string Read(ref RlpReader reader)
    {
        if (!reader.NextIsList)
        {
            return reader.ReadBytes().ToArray().Hex();
        }

        RlpReader items = reader.ReadList();
        List<string> texts = [];
        while (!items.AtEnd)
        {
            texts.Add(Read(ref items));
        }

        return $"[{string.Join(',', texts)}]";
    }

    public static string Read(IRLPElement element) => element is RLPCollection items
        ? $"[{string.Join(',', items.Select(Read))}]"
        : (element.RLPData ?? []).Hex();

    private sealed record Leaf(byte[] Data) : RlpTree
    {
        public override void Write(RlpWriter writer) => writer.WriteBytes(Data);

        public override byte[] Theirs() => RLP.EncodeElement(Data);
    }

    private sealed record Branch(RlpTree[] Items) : RlpTree
    {
        public override void Write(RlpWriter writer)
        {
            writer.StartList();
            foreach (RlpTree item in Items)
            {
                item.Write(writer);
            }

            writer.EndList();
        }

        public override byte[] Theirs() => RLP.EncodeList([.. Items.Select(item => item.Theirs())]);
    }
}
