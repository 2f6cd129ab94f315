namespace Bundler.Testing.Kms;

/// <summary>Credentials that the fakes take; no log may ever show one.</summary>
public static class KmsSecrets
{
    public const string AwsSecretKey = "wJalrXUtnFEMIbundlerK7MDENGbPxRfiCYkey";
}
