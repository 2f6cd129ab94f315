namespace Bundler.Node.Configuration;

/// <summary>Finds what somebody probably meant: the name with the fewest letters to change (Levenshtein).</summary>
internal static class NearestName
{
    /// <summary>Letters do not differ by case; of several as near, the first; null when there are no candidates.</summary>
    public static string? Of(string name, IEnumerable<string> candidates) => candidates.MinBy(candidate => Distance(name, candidate));

    /// <summary>How many letters are to be inserted, dropped or replaced.</summary>
    public static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
