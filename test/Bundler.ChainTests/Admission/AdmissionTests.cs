namespace Bundler.ChainTests.Admission;

/// <summary>What an accepted operation costs the Ethereum node.</summary>
public sealed class AdmissionTests
{
    private const int Rounds = 5;

    // The node asks for other things as well, now and then: on a busy machine in the middle of a round, but not in every one.
    [Test]
    public async Task An_accepted_operation_costs_two_requests()
    {
        await using AdmissionRig rig = await AdmissionRig.StartAsync(accounts: 2, counted: true);
        List<(int Requests, int Items)> cost = [];
        await rig.SubmitAsync(clients: 1);
        for (int i = 0; i < Rounds; i++)
        {
            await rig.ForgetAsync();
            (int requests, int items) = (rig.Requests, rig.Items);
            await rig.SubmitAsync(clients: 1);
            cost.Add((rig.Requests - requests, rig.Items - items));
        }

        int two = 2 * rig.Submissions.Count;
        Assert.That(cost.Min(), Is.EqualTo((two, two)), "the facts and a trace, both of one item");
    }
}
