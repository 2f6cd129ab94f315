using Bundler.Engine.Bundling;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;

namespace Bundler.Engine;

/// <summary>Whether all that has begun is done: requests answered, bundles signed, stored and sent.</summary>
internal sealed class EngineRest(Drain drain, BundlingDesk bundling, SubmissionQueue queue, FlightBoard board)
{
    public bool IsAtRest => !drain.IsAnswering && !bundling.IsBuilding && queue.IsEmpty && board.IsAtRest;
}
