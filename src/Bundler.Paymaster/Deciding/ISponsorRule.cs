namespace Bundler.Paymaster.Deciding;

/// <summary>One rule of what is paid for. Pure.</summary>
internal interface ISponsorRule
{
    /// <summary>Why it is not paid for, or <c>null</c>.</summary>
    SponsorRefusal? Check(SponsorQuestion question);
}
