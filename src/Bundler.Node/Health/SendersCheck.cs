using Bundler.Engine.Submission;
using Bundler.Rpc.Rest;

namespace Bundler.Node.Health;

/// <summary>At least one way to the block producers is not resting; tells what became of what each was given.</summary>
internal sealed class SendersCheck(SenderChain senders) : IHealthCheck
{
    public string Name => "senders";

    public HealthFinding Check()
    {
        int awake = senders.Routes.Count(route => route.Record.RestsBecause is null);
        return new HealthFinding(awake > 0, $"{awake} of {senders.Routes.Count} take bundles", writer =>
        {
            writer.WriteStartObject();
            foreach (SenderRoute route in senders.Routes)
            {
                SenderNumbers numbers = route.Record.Numbers;
                writer.WriteStartObject(route.Name);
                writer.WriteString("kind", route.Kind);
                if (route.Record.RestsBecause is { } reason)
                {
                    writer.WriteString("restsBecause", reason);
                }

                writer.WriteNumber("sent", numbers.Sent);
                writer.WriteNumber("refused", numbers.Refused);
                writer.WriteNumber("unanswered", numbers.Unanswered);
                writer.WriteNumber("included", numbers.Included);
                writer.WriteNumber("missed", numbers.Missed);
                if (numbers.Included > 0)
                {
                    writer.WriteNumber("secondsToInclusion", Math.Round(numbers.SecondsToInclusion / numbers.Included, 2));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        });
    }
}
