using System.Diagnostics.CodeAnalysis;

namespace Bundler.Paymaster.Deciding;

/// <summary>A value, or why it is refused.</summary>
public readonly struct Decision<T>
    where T : class
{
    private Decision(T? value, SponsorRefusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    public T? Value { get; }

    public SponsorRefusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Granted => Refusal is null;

    public static implicit operator Decision<T>(T value) => new(value, null);

    public static implicit operator Decision<T>(SponsorRefusal refusal) => new(null, refusal);
}
