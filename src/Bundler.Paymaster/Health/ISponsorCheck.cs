namespace Bundler.Paymaster.Health;

/// <summary>One thing that sponsoring needs. Looks at what a room already knows: no I/O, no exceptions.</summary>
public interface ISponsorCheck
{
    /// <summary>A key in the answer of /health/sponsor: lower camel case.</summary>
    string Name { get; }

    /// <summary>What there is to say now.</summary>
    SponsorFinding Check();
}

/// <summary>What a check found.</summary>
/// <param name="Ok">Whether it holds.</param>
/// <param name="Detail">A sentence for the operator.</param>
public sealed record SponsorFinding(bool Ok, string Detail);
