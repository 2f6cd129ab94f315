using System.Diagnostics.CodeAnalysis;

namespace Bundler.Erc4337;

/// <summary>A value, or the reason why there is none.</summary>
public readonly struct Outcome<T>
    where T : notnull
{
    private readonly T? _value;

    private Outcome(T? value, Rejection? rejection)
    {
        _value = value;
        Rejection = rejection;
    }

    public Rejection? Rejection { get; }

    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool Accepted => Rejection is null;

    /// <exception cref="InvalidOperationException">There is a rejection instead.</exception>
    public T Value => Rejection is null ? _value! : throw new InvalidOperationException(Rejection.Message);

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Rejection rejection) => new(default, rejection);
}
