using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Bundler.Engine.Pool;
using Bundler.Engine.Telemetry;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation.Tracing;

/// <summary>Time and memory of making a trace's text into typed frames; <c>scripts/bench traces</c>.</summary>
[Explicit("prints a measurement"), Category("Traces")]
public sealed class TraceReadingBench
{
    private const int Frames = 60;
    private const int Warm = 2_000;
    private const int Rounds = 2_000;
    private const int StationsOfARequest = 6;
    private const int StationsAfterwards = 6;

    [Test]
    public void A_large_trace_becomes_frames()
    {
        byte[] text = Encoding.UTF8.GetBytes(Text());
        JsonElement json = JsonElement.Parse(text);
        (double document, long documentBytes) = Measure(() => JsonElement.Parse(text));
        (double frames, long frameBytes) = Measure(() => JsTraceReader.Read(json));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"traces  {text.Length / 1000.0:F0} kB: document {document:F0} us, {documentBytes / 1000.0:F0} kB allocated; typed frames {frames:F0} us, {frameBytes / 1000.0:F0} kB allocated"));
    }

    /// <summary>What the stations of one operation cost when nobody listens.</summary>
    [Test]
    public void Stations_without_a_listener()
    {
        const int Operations = 1_000;
        MempoolEntry entry = new()
        {
            Operation = A.UserOperation(),
            UserOpHash = default,
            EntryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07),
            AdmittedAt = default,
            AdmittedAtBlock = 0,
            Size = 0,
            CalldataTokens = 0,
            Sequence = 0,
        };
        (double off, long bytes) = Measure(() =>
        {
            for (int i = 0; i < Operations; i++)
            {
                for (int station = 0; station < StationsOfARequest; station++)
                {
                    using Activity? span = Stations.Begin(Stations.Admission);
                }

                for (int station = 0; station < StationsAfterwards; station++)
                {
                    Stations.Record(Stations.Send, entry, Stations.Now);
                }
            }

            return entry;
        });
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"traces  telemetry off: {off * 1000 / Operations:F0} ns and {bytes / Operations} bytes an operation"));
    }

    /// <summary>Processor time in microseconds and allocated bytes of one run; the least of several, because others use the machine too.</summary>
    private static (double Microseconds, long Bytes) Measure(Func<object> run)
    {
        for (int i = 0; i < Warm; i++)
        {
            run();
        }

        double least = double.MaxValue;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return (least, (GC.GetAllocatedBytesForCurrentThread() - bytes) / Rounds);
    }

    /// <summary>A validation with frames of every kind of content, about as large as that of an account with modules.</summary>
    private static string Text()
    {
        string frames = string.Join(',', Enumerable.Range(1, Frames).Select(i => $$"""
            {"t":"{{(i % 3 == 0 ? "DELEGATECALL" : "CALL")}}","f":"0x{{i:x40}}","a":"0x{{i + 1:x40}}","g":{{400_000 + i}},"u":{{30_000 + i}},"i":"0x19822f7c{{i:x128}}","o":"0x{{i:x64}}",
             "p":{"66":1,"12":2,"90":{{i}}},"r":{"{{i:x64}}":"0x{{i:x64}}","{{i + 99:x64}}":"0x{{0:x64}}"},"w":{"{{i:x64}}":1},
             "n":{"{{i + 1:x40}}":[2300,241],"{{i + 2:x40}}":[45,250]},"x":["{{i + 7:x40}}"],"c":[]}
            """));
        string hashed = string.Join(',', Enumerable.Range(1, Frames * 3).Select(i => $"\"{i:x64}{i:x64}\""));
        return $$"""{"root":{"t":"CALL","f":"0x{{1:x40}}","a":"0x{{2:x40}}","g":700000,"u":281979,"i":"0x765e827f","o":"0x","c":[{{frames}}]},"keccak":[{{hashed}}],"cut":true}""";
    }
}
