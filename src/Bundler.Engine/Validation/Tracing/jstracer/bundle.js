// What third validation reads of a whole handleOps, and nothing that an operation can make large: the frames that the EntryPoint calls, what those of
// its innerHandleOp call, and how heavy each execution is. It looks at calls only, never at steps, so it takes hardly longer than the call itself.
// ES5, and keys as in erc7562.js: t type, f from, a to, v value, g gas, u gasUsed, i input, o output, e error, c calls; weights has for each
// innerHandleOp the calls below it and the bytes of their inputs and outputs, as far as they were counted.
(function () {
  var INNER = ['0x1d732756', '0x0042dc53'];
  var INPUT_LIMIT = 68, OUTPUT_LIMIT = 8192, WORD = 32, MOST_BYTES = 1048576, MOST_CALLS = 4096;
  var root = { c: [] };
  var weights = [], weight = null;
  var depth = 0;          // of the frame that runs; the EntryPoint's own is 0
  var current = null;     // the call of the EntryPoint that is open
  var below = null;       // the call of that call that is open, while it is recorded
  var executes = false;   // the open call is an innerHandleOp

  function head(bytes, limit) {
    return bytes.length > limit ? toHex(slice(bytes, 0, limit)) : toHex(bytes);
  }

  function frame(call) {
    var child = { t: call.getType(), f: toHex(call.getFrom()), a: toHex(call.getTo()), g: call.getGas(), i: head(call.getInput(), INPUT_LIMIT) };
    var value = call.getValue();
    if (value !== undefined && value !== null && value.toString() !== '0') { child.v = '0x' + value.toString(16); }
    return child;
  }

  function close(child, result, limit) {
    var output = result.getOutput(), error = result.getError();
    child.u = result.getGasUsed();
    if (error !== undefined && error !== null && error !== '') { child.e = '' + error; }
    if (output !== undefined && output !== null && output.length > 0) { child.o = head(output, limit); }
  }

  // Whoever is heavy already is not looked at any closer.
  function counts() { return weight[1] < MOST_BYTES && weight[0] < MOST_CALLS; }

  function count(bytes) {
    if (bytes !== undefined && bytes !== null) { weight[1] += bytes.length; }
  }

  return {
    enter: function (call) {
      depth++;
      if (depth === 1) {
        current = frame(call);
        executes = current.a === current.f && INNER.indexOf(current.i.slice(0, 10)) >= 0;
        if (executes) { current.c = []; weight = [0, 0]; weights.push(weight); }
        root.c.push(current);
        return;
      }
      if (depth === 2 && (executes || current.c === undefined)) {
        below = frame(call);
        if (current.c === undefined) { current.c = []; }
        current.c.push(below);
      }
      if (executes) {
        weight[0]++;
        if (counts()) { count(call.getInput()); }
      }
    },

    exit: function (result) {
      if (depth > 1 && executes && counts()) { count(result.getOutput()); }
      if (depth === 2 && below !== null) {
        close(below, result, executes ? WORD : OUTPUT_LIMIT);
        below = null;
      } else if (depth === 1) {
        close(current, result, OUTPUT_LIMIT);
        executes = false;
      }
      depth--;
    },

    fault: function () { },

    result: function (ctx) {
      root.t = ctx.type;
      root.f = toHex(ctx.from);
      root.a = toHex(ctx.to);
      root.g = ctx.gas;
      root.u = ctx.gasUsed;
      root.i = head(ctx.input, INPUT_LIMIT);
      root.o = ctx.output === undefined || ctx.output === null ? '0x' : head(ctx.output, OUTPUT_LIMIT);
      if (ctx.error !== undefined && ctx.error !== null && ctx.error !== '') { root.e = '' + ctx.error; }
      return { root: root, weights: weights };
    }
  };
})()
