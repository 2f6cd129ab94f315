namespace Bundler.Ethereum.JsonRpc;

/// <summary>The body of an HTTP answer, read piece by piece and no further than its bound.</summary>
internal static class AnswerBody
{
    /// <summary>What an answer of unknown length gets at first.</summary>
    private const int FirstBytes = 16 * 1024;

    /// <summary>What is announced is allocated in one piece up to here; beyond, the bytes have to come first.</summary>
    private const int BelievedBytes = 1024 * 1024;

    /// <returns><c>null</c> when it is larger than <paramref name="bound"/>; the rest is not read.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int bound, CancellationToken cancellationToken)
    {
        long? announced = content.Headers.ContentLength;
        if (announced > bound)
        {
            return null;
        }

        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);

        // One byte more than announced shows the end without growing.
        byte[] body = new byte[announced is { } length ? Math.Min(length + 1, BelievedBytes) : FirstBytes];
        int filled = 0;
        while (await stream.ReadAsync(body.AsMemory(filled), cancellationToken) is > 0 and int read)
        {
            filled += read;
            if (filled > bound)
            {
                return null;
            }

            if (filled == body.Length)
            {
                Array.Resize(ref body, (int)Math.Min(Math.Max(announced + 1 ?? 0, filled * 2L), bound + 1L));
            }
        }

        return body.AsMemory(0, filled);
    }
}
