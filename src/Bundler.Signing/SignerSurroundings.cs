using Bundler.Signing.KeyServices;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing;

/// <summary>What signers behind a service need besides their own options.</summary>
public sealed record SignerSurroundings(KeyServicePolicy Policy, TimeProvider Clock, ILoggerFactory Logs);
