namespace Bundler.ChainTests.Admission;

/// <summary>What an accepted operation costs the Ethereum node.</summary>
public sealed class AdmissionTests
{
    [Test]
    public async Task An_accepted_operation_costs_two_requests()
    {
        await using AdmissionRig rig = await AdmissionRig.StartAsync(accounts: 2, counted: true);
        await rig.SubmitAsync(clients: 1);
        await rig.ForgetAsync();
        (int requests, int items) = (rig.Requests, rig.Items);

        await rig.SubmitAsync(clients: 1);

        Assert.That(rig.Requests - requests, Is.EqualTo(2 * rig.Submissions.Count), "the facts and a trace");
        Assert.That(rig.Items - items, Is.EqualTo(2 * rig.Submissions.Count), "both of one item");
    }
}
