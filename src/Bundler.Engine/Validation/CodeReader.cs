using System.Collections.Concurrent;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>The code of the contracts that validation meets; what can never change is asked for once.</summary>
public sealed class CodeReader(StateReader state)
{
    private const int CacheCapacity = 20_000;

    private readonly ConcurrentDictionary<Address, Hash32> _immutable = new();

    /// <summary>EXTCODEHASH (COD-010) and delegation (AUTH-020, AUTH-030) of every address.</summary>
    public async Task<IReadOnlyDictionary<Address, ContractCode>> ReadAsync(IReadOnlyCollection<Address> addresses, CancellationToken cancellationToken)
    {
        Dictionary<Address, ContractCode> codes = [];
        StateQuestions questions = new();
        foreach (Address address in addresses)
        {
            if (_immutable.TryGetValue(address, out Hash32 hash))
            {
                codes[address] = new ContractCode(hash, IsDelegated: false);
            }
            else
            {
                questions.Account(address);
            }
        }

        StateAnswers answers = await state.ReadAsync(questions, cancellationToken);
        foreach (Address address in addresses.Where(address => !codes.ContainsKey(address)))
        {
            AccountState account = answers.Account(address);
            codes[address] = new ContractCode(account.CodeHash, account.Delegate is not null);
            if (account is { HasCode: true, Delegate: null })
            {
                Remember(address, account.CodeHash);
            }
        }

        return codes;
    }

    private void Remember(Address contract, Hash32 hash)
    {
        if (_immutable.Count >= CacheCapacity)
        {
            _immutable.Clear();
        }

        _immutable[contract] = hash;
    }
}

/// <summary>Of a contract that validation met.</summary>
/// <param name="Hash">EXTCODEHASH; the hash of no bytes where there is no code.</param>
/// <param name="IsDelegated">It is an account that runs other code by EIP-7702.</param>
public readonly record struct ContractCode(Hash32 Hash, bool IsDelegated);
