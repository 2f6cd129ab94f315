using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Fleet;
using Bundler.Engine.Gas;
using Bundler.Engine.Submission.Machine;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Submission.Flights;

/// <summary>What all flights share.</summary>
internal sealed record FlightGround(
    SubmissionMachine Machine,
    TransactionFactory Factory,
    ISubmissionStore Store,
    IBundleSender Sender,
    OutcomeQueue Outcomes,
    PriceFloor Floor,
    RiskPurse Purse,
    Duties Duties,
    ILogger<FlightBoard> Logger,
    TimeProvider Clock)
{
    /// <summary>A clock that never jumps.</summary>
    public TimeSpan Now => Clock.GetElapsedTime(0);
}
