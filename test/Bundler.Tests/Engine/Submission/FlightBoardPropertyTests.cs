using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>Several bundles of one signer in seeded worlds that mine, forget, refuse, lose operations and restart the node.</summary>
public sealed class FlightBoardPropertyTests
{
    private const int Steps = 60;

    private static readonly string[] _refusals =
    [
        "nonce too low", "nonce too high", "replacement transaction underpriced", "transaction underpriced", "insufficient funds",
        "exceeds block gas limit", "gas tip cap 1, minimum needed 60", "oversized data", "who knows",
    ];

    [Test]
    public async Task Every_operation_is_mined_once_and_no_nonce_stays_open([Range(1, 60)] int seed)
    {
        Random random = new(seed);
        SmallChain chain = new();
        MemorySubmissionStore store = new();
        MempoolEntry[] all = [.. Enumerable.Range(1, 12).Select(number => SubmissionRoom.Entry(number))];
        using Life life = await Life.BeginAsync(chain, store, all);
        for (int step = 0; step < Steps; step++)
        {
            chain.Refusal = random.Next(5) == 0 ? _refusals[random.Next(_refusals.Length)] : null;
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    await life.SubmitAsync(random.Next(1, 4));
                    break;
                case 3:
                    chain.Forget((ulong)random.Next(12));
                    break;
                case 4:
                    await life.RestartAsync();
                    break;
                case 5:
                    await life.Room.PassAsync(random.Next(1, 8));
                    break;
                default:
                    await life.BlockAsync();
                    break;
            }

            AssertNoNonceIsOpenTwice(store);
        }

        // From here on the world is fair.
        chain.Refusal = null;
        for (int block = 0; block < 120 && (life.Waiting.Count > 0 || life.Room.Board.Count > 0); block++)
        {
            await life.SubmitAsync(2);
            await life.BlockAsync();
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Select(entry => chain.Mined.Count(mined => Carries(mined, entry))), Is.All.EqualTo(1));
            Assert.That(await store.LoadOpenAsync(CancellationToken.None), Is.Empty);
            Assert.That(life.Room.Signers.InFlight, Is.Zero);
            Assert.That(chain.Mined.Select(mined => mined.Transaction.Nonce), Is.EqualTo(Enumerable.Range(0, chain.Mined.Count).Select(nonce => (ulong)nonce)));
            Assert.That(
                store.Transactions.GroupBy(transaction => transaction.BundleId).Select(bundle => bundle.Select(version => version.Nonce).Distinct().Count()),
                Is.All.EqualTo(1));
        }
    }

    private static void AssertNoNonceIsOpenTwice(MemorySubmissionStore store)
    {
        Guid[] open = [.. store.Transactions.Select(transaction => transaction.BundleId).Distinct().Where(bundle => store.EndOf(bundle) is null)];
        ulong[] nonces = [.. open.Select(bundle => store.Transactions.First(transaction => transaction.BundleId == bundle).Nonce)];
        Assert.That(nonces, Is.Unique);
    }

    private static bool Carries(SignedTransaction mined, MempoolEntry entry) =>
        mined.Transaction.To == A.EntryPoint.Address
        && A.EntryPoint.Bundles.DecodeOperations(mined.Transaction.Data)!.Any(operation => operation.Sender == entry.Operation.Sender);

    /// <summary>The room, and what a settlement does around it: what is mined leaves the pool, what is abandoned goes back.</summary>
    private sealed class Life(SmallChain chain, MemorySubmissionStore store, MempoolEntry[] all) : IDisposable
    {
        private readonly List<SubmissionRoom> _rooms = [];
        private ulong _block = 1;

        public SubmissionRoom Room => _rooms[^1];

        public IReadOnlyList<MempoolEntry> Waiting => Room.Pool.Candidates(0, 100);

        public static async Task<Life> BeginAsync(SmallChain chain, MemorySubmissionStore store, MempoolEntry[] all)
        {
            Life life = new(chain, store, all);
            await life.RestartAsync();
            return life;
        }

        public async Task RestartAsync()
        {
            if (_rooms.Count > 0)
            {
                await SettleAsync();
            }

            _rooms.Add(new SubmissionRoom(chain.Node, store));
            await Room.StartAsync([.. all.Where(entry => !chain.Mined.Any(mined => Carries(mined, entry)))]);
            await SettleAsync();
        }

        public async Task SubmitAsync(int count)
        {
            MempoolEntry[] next = [.. Waiting.Take(count)];
            if (next.Length > 0)
            {
                await Room.SubmitAsync(next);
                await SettleAsync();
            }
        }

        public async Task BlockAsync()
        {
            chain.Mine();
            Room.Clock.Advance(TimeSpan.FromSeconds(1));
            await Room.HeadAsync(++_block);
            await Room.Board.OnTickAsync(CancellationToken.None);
            await SettleAsync();
        }

        public void Dispose() => _rooms.ForEach(room => room.Dispose());

        private async Task SettleAsync()
        {
            foreach (SubmissionOutcome outcome in Room.ReadOutcomes())
            {
                switch (outcome)
                {
                    case SubmissionOutcome.Mined:
                        await Room.Pool.RemoveAsync([.. outcome.UserOpHashes], OperationState.Included, _ => null, null, CancellationToken.None);
                        break;
                    case SubmissionOutcome.Abandoned:
                        Room.Pool.Release(outcome.UserOpHashes);
                        break;
                    default:
                        break;
                }
            }
        }
    }
}
