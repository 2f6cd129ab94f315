using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Development;

/// <summary>Faults on demand. A node on any other than a development chain does not start with one of them.</summary>
public sealed class DevelopmentOptions
{
    public const string Section = "Bundler:Development";

    /// <summary>The process kills itself there.</summary>
    [EnumDataType(typeof(FaultPoint))]
    public FaultPoint DieAt { get; set; }

    /// <summary>A file with the seconds by which this node's clock is wrong, read at every look; empty: it is right.</summary>
    public string ClockOffsetFile { get; set; } = "";

    public bool IsUsed => DieAt != FaultPoint.None || ClockOffsetFile.Length > 0;
}

[OptionsValidator]
internal sealed partial class DevelopmentOptionsValidator : IValidateOptions<DevelopmentOptions>;
