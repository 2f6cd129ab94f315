using System.Globalization;

namespace Bundler.ChainTests.Admission;

/// <summary>scripts/bench admission: what a node costs beside the bare traces of the same operations, in turns within one run.</summary>
[Explicit]
[Category("Admission")]
public sealed class AdmissionBenchmark
{
    private const int Accounts = 50;
    private const int Clients = 8;
    private const int WarmUpRounds = 8;
    private const int Rounds = 6;

    [Test]
    public async Task Admission_beside_bare_traces()
    {
        await using AdmissionRig rig = await AdmissionRig.StartAsync(Accounts);
        for (int i = 0; i < WarmUpRounds; i++)
        {
            await rig.SubmitAsync(Clients);
            await rig.ForgetAsync();
        }

        await rig.TraceAsync(Clients);
        double bare = 0;
        double admission = 0;
        double cpu = 0;
        for (int i = 0; i < Rounds; i++)
        {
            bare += await rig.TraceAsync(Clients);
            double before = rig.NodeCpuMilliseconds;
            admission += await rig.SubmitAsync(Clients);
            cpu += rig.NodeCpuMilliseconds - before;
            await rig.ForgetAsync();
        }

        int operations = Rounds * rig.Submissions.Count;
        Print($"{operations} operations, {Clients} clients");
        Print($"bare debug_traceCall    {operations / bare,8:0.0} /s");
        Print($"admission               {operations / admission,8:0.0} /s   {bare / admission * 100,6:0.0} % of bare");
        Print($"node processor time     {cpu / operations,8:0.00} ms per operation");
        Print($"requests to the node    {await RequestsAsync(),8:0.00} per operation");
    }

    /// <summary>On a node of its own, for what counts takes its time; codes are read once and belong to no operation.</summary>
    private static async Task<double> RequestsAsync()
    {
        await using AdmissionRig rig = await AdmissionRig.StartAsync(accounts: 10, counted: true);
        await rig.SubmitAsync(Clients);
        await rig.ForgetAsync();
        int before = rig.Requests;
        await rig.SubmitAsync(Clients);
        return (double)(rig.Requests - before) / rig.Submissions.Count;
    }

    private static void Print(FormattableString line) => TestContext.Out.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
